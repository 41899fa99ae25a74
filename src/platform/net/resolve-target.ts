import { lookup, Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import { refusedRange } from './address-check.ts';
import { type AllowedHosts, plainHostname } from './allowed-hosts.ts';
import { FetchFailed, FetchRefused } from './fetch-errors.ts';

export interface ResolvedAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** All addresses of a host name; none, or a rejection, where there are none. `ours`: the allow-list names the host. */
export type Resolve = (hostname: string, ours: boolean) => Promise<readonly ResolvedAddress[]>;

/** Where a request goes: the addresses were checked, and nothing else is connected to. */
export interface Target {
  readonly url: URL;
  readonly addresses: readonly ResolvedAddress[];
}

/**
 * Names that strangers choose are asked for by DNS alone. The system's own look-up (hosts file, search domains) holds one of the few
 * threads that files are written by as well, for as long as a slow name server likes, so only names of ours get it.
 */
export const systemResolve: Resolve = async (hostname, ours) => {
  if (ours || hostname === 'localhost' || hostname.endsWith('.localhost')) {
    const found = await lookup(hostname, { all: true });
    return found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
  }
  const resolver = new Resolver({ timeout: 2_000, tries: 2 });
  const [ipv4, ipv6] = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
  const addressesOf = (answer: PromiseSettledResult<string[]>, family: 4 | 6) =>
    answer.status === 'fulfilled' ? answer.value.map((address) => ({ address, family })) : [];
  return [...addressesOf(ipv4, 4), ...addressesOf(ipv6, 6)];
};

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
  const ours = allowed.allowsName(hostname, port);
  const addresses =
    family === 0
      ? await resolveName(url, resolve(hostname, ours))
      : [{ address: hostname, family: family === 6 ? 6 : 4 } as const];
  if (ours) return { url, addresses };
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

async function resolveName(
  url: URL,
  resolving: Promise<readonly ResolvedAddress[]>,
): Promise<readonly ResolvedAddress[]> {
  const addresses = await resolving.catch(() => []);
  if (addresses.length === 0) throw new FetchFailed('dns', placeOf(url), 'the host name has no address');
  return addresses;
}
