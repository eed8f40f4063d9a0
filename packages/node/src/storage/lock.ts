/**
 * One process for one data directory. The lock is a listening local socket: the operating system gives it up when the
 * process ends, however it ends, and nobody can take it over by mistake as with a file that names a process.
 */
import { createHash } from 'node:crypto';
import { realpathSync, statSync, unlinkSync } from 'node:fs';
import { createConnection, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { SherdError } from 'sherd/base';
import { makeFolder } from './makeFolder.ts';

export interface DirectoryLock {
  release(): Promise<void>;
}

/**
 * Makes the directory where it is missing, and locks it.
 * @throws SherdError DATA_DIR_IN_USE, naming the process that has it; DATA_DIR_NOT_USABLE when it cannot be made.
 */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  makeDirectory(directory);
  const address = lockAddress(directory);
  for (let attempt = 0; ; attempt++) {
    const server = await listen(address);
    if (server !== undefined) {
      return { release: () => new Promise((resolve) => server.close(() => resolve())) };
    }
    const owner = await askOwner(address);
    if (owner !== undefined || attempt === 3) {
      const who = owner === undefined ? 'another process' : `process ${owner}`;
      throw new SherdError('DATA_DIR_IN_USE', `data directory ${directory} is in use by ${who}`, { directory, owner });
    }
    // A socket file that nobody listens on is left over from a process that was killed.
    if (address.startsWith('/')) unlinkSync(address);
  }
}

function makeDirectory(directory: string): void {
  try {
    makeFolder(directory);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SherdError('DATA_DIR_NOT_USABLE', `data directory ${directory} cannot be made: ${reason}`, { directory });
  }
}

/** Linux: an abstract socket; Windows: a named pipe; elsewhere a socket file in the directory. */
function lockAddress(directory: string): string {
  const { dev, ino } = statSync(directory, { bigint: true });
  const id = createHash('sha256')
    .update(`${dev}/${ino}/${realpathSync(directory)}`)
    .digest('hex')
    .slice(0, 32);
  if (process.platform === 'linux') return `\0sherd-${id}`;
  if (process.platform === 'win32') return `\\\\.\\pipe\\sherd-${id}`;
  return join(realpathSync(directory), 'lock.sock');
}

/** Undefined when somebody else has the address. Whoever connects is told our process id. */
function listen(address: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.end(String(process.pid));
    });
    server.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(address, () => {
      server.unref();
      resolve(server);
    });
  });
}

/** Process id of the owner; undefined when nobody answers. */
function askOwner(address: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const socket = createConnection(address);
    let text = '';
    socket.setTimeout(2000, () => socket.destroy());
    socket.on('data', (chunk) => {
      text += chunk.toString();
    });
    socket.on('error', () => resolve(undefined));
    socket.on('close', () => resolve(/^\d+$/.test(text) ? Number(text) : undefined));
  });
}
