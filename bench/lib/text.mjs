/** Results as text: a table on a terminal, the same as Markdown. A column is `{key, title, digits?}`. */

function cell(value, { digits }) {
  if (typeof value !== 'number') return String(value ?? '');
  return value.toLocaleString('en-US', { minimumFractionDigits: digits ?? 0, maximumFractionDigits: digits ?? 0 });
}

/** Numbers stand to the right. */
export function table({ columns, rows }) {
  const cells = rows.map((row) => columns.map((column) => cell(row[column.key], column)));
  const widths = columns.map(({ title }, i) => Math.max(title.length, ...cells.map((line) => line[i].length)));
  const isNumber = columns.map(({ key }) => rows.some((row) => typeof row[key] === 'number'));
  const line = (texts) =>
    texts
      .map((text, i) => (isNumber[i] ? text.padStart(widths[i]) : text.padEnd(widths[i])))
      .join('  ')
      .trimEnd();
  return [line(columns.map(({ title }) => title)), ...cells.map(line)].join('\n');
}

export function markdownTable({ columns, rows }) {
  const isNumber = columns.map(({ key }) => rows.some((row) => typeof row[key] === 'number'));
  const lines = rows.map((row) => `| ${columns.map((column) => cell(row[column.key], column)).join(' | ')} |`);
  return [
    `| ${columns.map(({ title }) => title).join(' | ')} |`,
    `|${isNumber.map((right) => (right ? '---:' : '---')).join('|')}|`,
    ...lines,
  ].join('\n');
}
