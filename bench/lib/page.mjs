/** docs/guide/benchmarks.md: the results of one run of everything. */
import { markdownTable } from './text.mjs';

/** Markdown of a report; what it did not measure stays as it is in `before`, the page of earlier runs. */
export function page({ machine, began, benches }, names, before = '') {
  const { processor, processors, memoryGiB, system, node, v8 } = machine;
  const sections = sectionsOf(before);
  for (const bench of benches) sections.set(bench.name, section(bench, began.slice(0, 10)));
  return `# Benchmarks

Written by \`npm run bench -- --write\`; do not edit. Machine: ${processor}, ${processors} processors, ${memoryGiB} GiB, ${system},
Node ${node} (V8 ${v8}). All times are CPU time: the median of several samples after a warm-up. Subjects that are compared take
turns in one run; ratios are the medians of the rounds' ratios. Absolute times of another machine are others, and a load on it (see
below each table) makes them longer; ratios carry over better. \`npm run bench -- NAME\` measures one question again,
\`npm run bench -- --help\` tells more.

${names.flatMap((name) => sections.get(name) ?? []).join('\n')}`;
}

/** Sections of a page by name. */
function sectionsOf(text) {
  const parts = text.split(/^(?=## )/m).slice(1);
  return new Map(parts.map((part) => [part.slice(3, part.indexOf('\n')), `${part.trimEnd()}\n`]));
}

function section({ name, question, tables, summary, notes, loadBefore, loadAfter }, date) {
  const lines = [...summary, ...notes].map((line) => `- ${line}`);
  lines.push(`- Measured on ${date}; processors busy: ${loadBefore} before, ${loadAfter} after.`);
  return `## ${name}

${question}

${tables.map(markdownTable).join('\n\n')}

${lines.join('\n')}
`;
}
