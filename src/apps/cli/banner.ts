import type { Terminal } from './terminal.ts';

export interface BannerFacts {
  /** `http://127.0.0.1:8420` */
  readonly address: string;
  /** Signs the first administrator in, once. */
  readonly signInToken: string | undefined;
  /** The first API key; undefined where it was made earlier. `isRandom` is false where the operator chose it and so knows it. */
  readonly apiKey: { readonly key: string; readonly isRandom: boolean } | undefined;
  /** `embedded`, or a URL without its password. */
  readonly database: string;
  readonly version: string;
  readonly readyAfterMs: number;
}

/** What an operator needs after a start, and nothing else. */
export const banner = (facts: BannerFacts, { paint }: Pick<Terminal, 'paint'>): string => {
  const { address, apiKey, signInToken } = facts;
  const row = (name: string, value: string): string => `  ${name.padEnd(9)} ${value}`;
  const quiet = (text: string): string => paint('gray', text);
  const lines = [
    '',
    `  ${paint(['bold', 'cyan'], 'Tidegate')} ${facts.version}  ${quiet(`ready in ${(facts.readyAfterMs / 1000).toFixed(1)} s, database: ${facts.database}`)}`,
    '',
    row('Console', paint('bold', address)),
  ];
  if (signInToken !== undefined) {
    lines.push(
      row('Sign in', `${address}/sign-in#token=${signInToken}`),
      row('', quiet('works once, within 30 minutes; the next start prints another')),
    );
  }
  if (apiKey !== undefined) {
    lines.push(
      apiKey.isRandom
        ? row('API key', `${paint('bold', apiKey.key)}  ${quiet('shown only now')}`)
        : row('API key', quiet('the one in TIDEGATE_API_KEY')),
    );
  }
  lines.push(row('API', quiet(`${address}/docs`)), row('Stop', quiet('Ctrl-C')), '');
  return lines.join('\n');
};
