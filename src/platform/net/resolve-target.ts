import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { refusedRange } from './address-check.ts';
import { type AllowedHosts, plainHostname } from './allowed-hosts.ts';
import { FetchFailed, FetchRefused } from './fetch-errors.ts';

export interface ResolvedAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** All addresses of a host name; rejects where there are none. */
export type Resolve = (hostname: string) => Promise<readonly ResolvedAddress[]>;

/** Where a request goes: the addresses were checked, and nothing else is connected to. */
export interface Target {
  readonly url: URL;
  readonly addresses: readonly ResolvedAddress[];
}

export const systemResolve: Resolve = async (hostname) =>
  (await lookup(hostname, { all: true })).map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));

/** Scheme, host and port: what an error may say of a URL. */
export const placeOf = (url: URL): string => `${url.protocol}//${url.host}`;

export const portOf = (url: URL): number => Number(url.port || (url.protocol === 'https:' ? 443 : 80));

/** `URL` has already turned `2130706433`, `0x7f.1` and `0177.0.0.1` into `127.0.0.1`. */
export function readUrl(text: string, base?: URL): URL {
  const where = base === undefined ? 'the URL' : placeOf(base);
  if (!URL.canParse(text, base?.href)) {
    throw new FetchRefused('url_refused', where, 'what was given is no URL', 'Give an absolute http or https URL.');
  }
  const url = new URL(text, base);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new FetchRefused('scheme_refused', where, `${url.protocol} is not fetched`, 'Give an http or https URL.');
  }
  if (url.username !== '' || url.password !== '') {
    throw new FetchRefused(
      'credentials_refused',
      placeOf(url),
      'the URL carries a user name or password',
      'Leave them out; a signed URL does without.',
    );
  }
  url.hash = '';
  return url;
}

/**
 * Resolves the host of a URL once and checks what comes back. Ports below 1024 other than 80 and 443 belong to services
 * that a web request only could be meant to disturb, so they need the allow-list too.
 *
 * @throws FetchRefused `port_refused` or `address_refused`: one refused address is enough, for a public name that also has a
 *   private address is an attempt. FetchFailed `dns`.
 */
export async function resolveTarget(url: URL, allowed: AllowedHosts, resolve: Resolve): Promise<Target> {
  const hostname = plainHostname(url.hostname);
  const port = portOf(url);
  const family = isIP(hostname);
  const addresses =
    family === 0
      ? await resolveName(url, hostname, resolve)
      : [{ address: hostname, family: family === 6 ? 6 : 4 } as const];
  if (allowed.allowsName(hostname, port)) return { url, addresses };
  const others = addresses.filter(({ address }) => !allowed.allowsAddress(address, port));
  for (const { address } of others) {
    const range = refusedRange(address);
    if (range === undefined) continue;
    throw new FetchRefused(
      'address_refused',
      placeOf(url),
      `the host is not on the public internet (${range})`,
      'If it is one of yours, name it in TIDEGATE_ALLOWED_PRIVATE_HOSTS.',
    );
  }
  if (others.length > 0 && port < 1024 && port !== 80 && port !== 443) {
    throw new FetchRefused(
      'port_refused',
      placeOf(url),
      `port ${port} is not one of the web`,
      'Use 80, 443 or a port from 1024 on, or name host and port in TIDEGATE_ALLOWED_PRIVATE_HOSTS.',
    );
  }
  return { url, addresses };
}

async function resolveName(url: URL, hostname: string, resolve: Resolve): Promise<readonly ResolvedAddress[]> {
  let addresses: readonly ResolvedAddress[];
  try {
    addresses = await resolve(hostname);
  } catch {
    throw new FetchFailed('dns', placeOf(url), 'the host name could not be resolved');
  }
  if (addresses.length === 0) throw new FetchFailed('dns', placeOf(url), 'the host name has no address');
  return addresses;
}
