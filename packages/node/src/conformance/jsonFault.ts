/** Where a text stops being JSON. The platform's own message says it in some cases and in some versions only. */

const SPACE: ReadonlySet<string> = new Set([' ', '\t', '\n', '\r']);
const ATOM = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

type Want = 'value' | 'value or ]' | 'name or }' | 'name' | ':' | ', or }' | ', or ]' | 'the end';

/** `line 3, column 7: want a value`; undefined when the text is well-formed. Lines and columns count from 1. */
export function jsonFault(text: string): string | undefined {
  const fault = firstFault(text);
  if (fault === undefined) return undefined;
  const before = text.slice(0, fault.at);
  const line = before.split('\n').length;
  const column = fault.at - before.lastIndexOf('\n');
  const have = fault.at >= text.length ? 'the text ends' : `have ${JSON.stringify(text[fault.at])}`;
  return `line ${line}, column ${column}: ${have}, want ${fault.want}`;
}

function firstFault(text: string): { readonly at: number; readonly want: string } | undefined {
  const open: ('{' | '[')[] = [];
  let want: Want = 'value';
  let at = 0;
  const afterValue = (): Want => (open.length === 0 ? 'the end' : open.at(-1) === '{' ? ', or }' : ', or ]');
  for (;;) {
    while (SPACE.has(text[at]!)) at++;
    const char = text[at];
    if (char === undefined) return want === 'the end' ? undefined : { at, want };
    const isValue: boolean = want === 'value' || want === 'value or ]';
    const isName: boolean = want === 'name' || want === 'name or }';
    const closes: boolean = (want === 'name or }' && char === '}') || (want === 'value or ]' && char === ']');
    if (closes || want.startsWith(',')) {
      if (!closes && char === ',') want = open.at(-1) === '{' ? 'name' : 'value';
      else if (closes || want.endsWith(char)) {
        open.pop();
        want = afterValue();
      } else return { at, want };
      at++;
    } else if (want === ':' && char === ':') {
      want = 'value';
      at++;
    } else if (isValue && (char === '{' || char === '[')) {
      open.push(char);
      want = char === '{' ? 'name or }' : 'value or ]';
      at++;
    } else if ((isValue || isName) && char === '"') {
      const end = endOfString(text, at);
      if (end.fault !== undefined) return { at: end.at, want: end.fault };
      at = end.at;
      want = isName ? ':' : afterValue();
    } else {
      ATOM.lastIndex = at;
      if (!isValue || !ATOM.test(text)) return { at, want };
      at = ATOM.lastIndex;
      want = afterValue();
    }
  }
}

/** Behind the closing quote, or where it goes wrong. */
function endOfString(text: string, start: number): { readonly at: number; readonly fault?: string } {
  let at = start + 1;
  for (; at < text.length && text[at] !== '"'; at++) {
    if (text[at]! < ' ') return { at, fault: 'the end of a string' };
    if (text[at] !== '\\') continue;
    ESCAPE.lastIndex = at;
    if (!ESCAPE.test(text)) return { at, fault: 'an escape that JSON has' };
    at = ESCAPE.lastIndex - 1;
  }
  return at < text.length ? { at: at + 1 } : { at, fault: 'the end of a string' };
}
