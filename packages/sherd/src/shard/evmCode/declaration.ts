/** Declarations of functions as Solidity writes them, for tables that say the names of their parameters. */

export interface Parameter {
  readonly type: string;
  readonly name: string;
}

export interface FunctionDeclaration {
  readonly name: string;
  /** What its selector is the hash of: `send(uint256,bytes)`. */
  readonly signature: string;
  readonly parameters: readonly Parameter[];
}

/** Reads `send(uint256 shard, bytes data)`: words and one level of `bytes`, nothing nested. */
export function parseDeclaration(declaration: string): FunctionDeclaration {
  const open = declaration.indexOf('(');
  const name = declaration.slice(0, open);
  const inside = declaration.slice(open + 1, -1);
  const parameters = inside === '' ? [] : inside.split(', ').map(parseParameter);
  return { name, signature: `${name}(${parameters.map(({ type }) => type).join(',')})`, parameters };
}

function parseParameter(text: string): Parameter {
  const space = text.indexOf(' ');
  return { type: text.slice(0, space), name: text.slice(space + 1) };
}
