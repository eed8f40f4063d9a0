/** Module resolution for tests of scripts: `@sherd/…` and `sherd/…` are this program's, wherever the test lies. */
import type { ResolveHook } from 'node:module';

export const resolve: ResolveHook = (specifier, context, next) =>
  /^(@sherd|sherd)\//.test(specifier)
    ? next(specifier, { ...context, parentURL: import.meta.url })
    : next(specifier, context);
