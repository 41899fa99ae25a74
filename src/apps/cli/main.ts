import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// Before anything else is loaded, or it would not be cached. In our own folder: what lies in a shared one could be somebody else's.
enableCompileCache(join(import.meta.dirname, '../../../node_modules/.cache/compile'));

const { run } = await import('./run.ts');
await run(process.argv);
