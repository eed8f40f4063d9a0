/** docs/guide/benchmarks.md: the results of one run of everything. */
import { markdownTable } from './text.mjs';

/** Markdown of a report. */
export function page({ machine, began, benches }) {
  const { processor, processors, memoryGiB, system, node, v8 } = machine;
  return `# Benchmarks

Written by \`npm run bench -- --write\` on ${began.slice(0, 10)}; do not edit. Machine: ${processor}, ${processors} processors, ${memoryGiB} GiB, ${system},
Node ${node} (V8 ${v8}). All times are CPU time: the median of nine samples after a warm-up. Subjects that are compared take
turns in one run; ratios are the medians of the rounds' ratios. Absolute times of another machine are others; ratios carry over better.
\`npm run bench -- NAME\` measures one question again, \`npm run bench -- --help\` tells more.

${benches.map(section).join('\n')}`;
}

function section({ name, question, tables, summary, notes, loadBefore, loadAfter }) {
  const lines = [...summary, ...notes].map((line) => `- ${line}`);
  lines.push(`- Load of the machine: ${loadBefore} before, ${loadAfter} after.`);
  return `## ${name}

${question}

${tables.map(markdownTable).join('\n\n')}

${lines.join('\n')}
`;
}
