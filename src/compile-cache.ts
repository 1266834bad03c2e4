import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// Preloaded by `npm start`, before anything else is imported. Node writes what it compiled, types stripped, when the process
// ends, and reads it at the next start, which then takes 0.45 s less of the processor's time, of 1.6 s without rows
// (docs/decisions/0012-boot.md). Beside the packages, since whoever writes there decides what runs as it is; where that
// cannot be written, nothing is, and the start is as before. NODE_COMPILE_CACHE names another place, and
// NODE_DISABLE_COMPILE_CACHE=1 turns it off.
enableCompileCache(join(import.meta.dirname, '..', 'node_modules', '.cache', 'rowgate'));
