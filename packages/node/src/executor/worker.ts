/**
 * The executor process: runs scripts of strangers away from the node. It has no keys and no network; it reads the
 * store and sends back what a block would change. When it dies or hangs, the node starts another one.
 */
import { setFlagsFromString } from 'node:v8';
import { createWorkplace, runJob, type Workplace } from './jobs.ts';
import { type Request, type Response, sendableError } from './protocol.ts';

// A module is compiled as a whole when it is made, not function by function while a transaction runs.
setFlagsFromString('--no-wasm-lazy-compilation');

let workplace: Workplace | undefined;

process.on('message', (request: Request) => {
  if (request.kind === 'setup') {
    workplace = createWorkplace(request.setup, (sign) => send({ kind: 'sign', sign }));
    send({ kind: 'ready' });
    return;
  }
  const { id, job } = request;
  try {
    if (workplace === undefined) throw new Error('a job before the setup');
    send({ kind: 'result', id, result: runJob(workplace, job) });
  } catch (error) {
    send({ kind: 'error', id, error: sendableError(error) });
  }
});

// The node is gone: nobody waits for an answer.
process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches the whole process group; the node ends its executors itself.
process.on('SIGINT', () => {});

function send(response: Response): void {
  process.send?.(response);
}
