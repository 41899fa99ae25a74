#!/usr/bin/env node
// The `tidegate` command: the same launcher, so that it too runs on Node 24 whatever Node calls it.
process.argv.splice(2, 0, 'tidegate');
await import('./launch.mjs');
