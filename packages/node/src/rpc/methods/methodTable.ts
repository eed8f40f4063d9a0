/** The table of methods as Markdown: what the guide shows is what the server answers. */
import type { Method } from '../method.ts';
import { BEACON_METHODS, SHARD_METHODS } from './index.ts';

/** One table per family of names, in the order of the source. Optional parameters end with a question mark. */
export function methodTables(): string {
  const families = new Map<string, string[]>();
  for (const [name, row] of SHARD_METHODS) {
    const family = name.slice(0, name.indexOf('_'));
    const rows = families.get(family) ?? [];
    rows.push(tableRow(name, row));
    families.set(family, rows);
  }
  return [...families]
    .map(([family, rows]) => {
      const where = [...BEACON_METHODS.keys()].some((name) => name.startsWith(`${family}_`))
        ? ' (also at `/beacon`)'
        : '';
      return [`### ${family}_*${where}`, '', '| method | parameters | answer |', '|---|---|---|', ...rows].join('\n');
    })
    .join('\n\n');
}

function tableRow(name: string, { params, summary }: Pick<Method<never>, 'params' | 'summary'>): string {
  const shown = params.map((one) => `${one.name}${one.optional ? '?' : ''}: ${one.type.replaceAll('|', '\\|')}`);
  return `| \`${name}\` | ${shown.join('; ')} | ${summary.replaceAll('|', '\\|')} |`;
}
