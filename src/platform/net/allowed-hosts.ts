import ipaddr from 'ipaddr.js';

/** What may be reached although it is not public. */
export interface AllowedHosts {
  /** Whether the host is named itself: its addresses are then not looked at. */
  readonly allowsName: (hostname: string, port: number) => boolean;
  readonly allowsAddress: (address: string, port: number) => boolean;
}

/** An entry of the allow-list that cannot be read. */
export class AllowedHostError extends Error {
  override readonly name = 'AllowedHostError';
  readonly retryable = false;
  readonly remedy = 'Give host names, `host:port`, IP addresses or ranges such as `10.2.0.0/16`.';

  constructor(entry: string) {
    super(`has ${JSON.stringify(entry)}, which is no host`);
  }
}

interface Entry {
  readonly name?: string;
  readonly range?: readonly [ipaddr.IPv4 | ipaddr.IPv6, number];
  /** Any port where there is none. */
  readonly port?: number;
}

/** One spelling of a host name: small letters, no dot at the end, no brackets around an IPv6 address. */
export const plainHostname = (hostname: string): string =>
  hostname
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');

/**
 * Reads an allow-list: `minio.internal`, `minio.internal:9000`, `10.2.3.4`, `10.2.3.4:9000`, `[fd00::5]:9000`, `10.2.0.0/16`, `fd00::/8`.
 *
 * @throws AllowedHostError naming the entry.
 */
export function readAllowedHosts(entries: readonly string[]): AllowedHosts {
  const rules = entries.map(readEntry);
  const onPort = (rule: Entry, port: number) => rule.port === undefined || rule.port === port;
  return {
    allowsName: (hostname, port) => {
      const name = plainHostname(hostname);
      return rules.some((rule) => rule.name === name && onPort(rule, port));
    },
    allowsAddress: (address, port) => {
      if (!ipaddr.isValid(address)) return false;
      // An IPv4 address reached through a mapped socket address is the same machine.
      const parsed = ipaddr.process(address);
      return rules.some(
        ({ range, ...rule }) =>
          range !== undefined && range[0].kind() === parsed.kind() && parsed.match([...range]) && onPort(rule, port),
      );
    },
  };
}

function readEntry(text: string): Entry {
  const entry = text.trim();
  if (entry.includes('/')) {
    if (!ipaddr.isValidCIDR(entry)) throw new AllowedHostError(text);
    return { range: ipaddr.parseCIDR(entry) };
  }
  if (ipaddr.IPv6.isValid(entry)) return exactly(entry);
  const [, host = '', portText] = /^(\[[^\]]*\]|[^:]*)(?::(\d{1,5}))?$/.exec(entry) ?? [];
  const port = portText === undefined ? {} : { port: Number(portText) };
  if ((port.port ?? 1) < 1 || (port.port ?? 1) > 65_535) throw new AllowedHostError(text);
  const name = plainHostname(host);
  if (ipaddr.IPv4.isValidFourPartDecimal(name) || ipaddr.IPv6.isValid(name)) return { ...exactly(name), ...port };
  // Digits and dots alone would be read as an address by a URL, in a spelling that nobody means.
  if (!/^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(name) || /^[\d.]+$/.test(name)) throw new AllowedHostError(text);
  return { name, ...port };
}

function exactly(address: string): Entry {
  const parsed = ipaddr.process(address);
  return { range: [parsed, parsed.kind() === 'ipv4' ? 32 : 128] };
}
