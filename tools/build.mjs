// npm run build: install what is missing, compile all packages.
import { build, ensureInstalled } from './run.mjs';

ensureInstalled();
build();
