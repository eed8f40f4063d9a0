/** `sherd script new|build|test`: work on a script before any network knows it. */
import { relative } from 'node:path';
import { Command } from 'commander';
import { checkModule } from 'sherd/scripts';
import { buildProject } from '../scriptTool/build.ts';
import { createProject, openProject } from '../scriptTool/project.ts';
import { runTests } from '../scriptTool/testRun.ts';
import { pc } from './colors.ts';
import { EXIT_FAILED } from './output.ts';
import { type Output, print } from './scriptOptions.ts';

export function sourceCommands(): readonly Command[] {
  return [
    new Command('new')
      .description('make a script: source, test, README; it builds and passes its test as it is')
      .argument('<name>', 'small letters, digits, hyphens')
      .option('--dir <folder>', 'where its folder is made', '.')
      .option('--json', 'print one JSON object')
      .action(newCommand),
    new Command('build')
      .description('compile assembly/index.ts (AssemblyScript) to NAME.wasm')
      .argument('[folder]', 'folder of the script', '.')
      .option('--json', 'print one JSON object')
      .action(buildCommand),
    new Command('test')
      .description('build, then run test/*.test.mjs on a shard in memory')
      .argument('[folder]', 'folder of the script', '.')
      .action(testCommand),
  ];
}

/** Of a path, as whoever sits in the current folder would type it. */
function here(path: string): string {
  return relative(process.cwd(), path) || '.';
}

function newCommand(name: string, options: Output & { readonly dir: string }): void {
  const { directory } = createProject(name, options.dir);
  print(options, { name, directory }, () =>
    [pc.green(`made ${here(directory)}`), `next: cd ${here(directory)} && sherd script test`].join('\n'),
  );
}

async function buildCommand(folder: string, options: Output): Promise<void> {
  const project = openProject(folder);
  const code = await buildProject(project);
  const verdict = checkModule(code);
  if (!verdict.ok) process.exitCode = EXIT_FAILED;
  const refusal = verdict.ok ? undefined : { code: verdict.code, message: verdict.message };
  print(options, { name: project.name, module: project.module, size: code.length, refusal }, () => {
    const built = `${here(project.module)}: ${code.length} bytes`;
    return refusal === undefined
      ? pc.green(built)
      : `${built}\n${pc.red('refused')} ${refusal.code}: ${refusal.message}`;
  });
}

async function testCommand(folder: string): Promise<void> {
  const project = openProject(folder);
  await buildProject(project);
  await runTests(project);
}
