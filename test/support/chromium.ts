import { existsSync } from 'node:fs';

/** The browser for browser tests: what `npm test` found or installed, else Debian's. */
export function chromiumPath(): string {
  const path = process.env.TIDEGATE_CHROMIUM ?? '/usr/bin/chromium';
  if (!existsSync(path))
    throw new Error(`${path} is not there: set TIDEGATE_CHROMIUM, or run the tests by "npm test".`);
  return path;
}

/** Flags for a browser that runs as root, offline and alone. */
export const chromiumFlags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
] as const;
