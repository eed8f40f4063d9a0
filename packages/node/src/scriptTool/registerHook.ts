/** Started with `node --import`: see `resolveHook.ts`. */
import { register } from 'node:module';

register('./resolveHook.js', import.meta.url);
