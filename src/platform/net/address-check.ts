import ipaddr from 'ipaddr.js';

/** Global unicast of IPv6 (RFC 4291): everything outside is local, embedded or unassigned. */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');

/** Global unicast of IPv4 that belongs to one cloud's machines: metadata and host services answer there. */
const hostServices = ['168.63.129.16'];

/**
 * Why an address is not one of the public internet, or undefined where it is. An IPv4 address inside an IPv6 one
 * (mapped, NAT64, 6to4, Teredo) is refused with its form, whatever it is: nothing public needs it, and it hides what is meant.
 *
 * Ranges: the special-purpose registries of IANA, as kept by ipaddr.js.
 *
 * @param address as a resolver or a URL gives it; anything that is no address is refused as `invalid`.
 */
export function refusedRange(address: string): string | undefined {
  if (!ipaddr.isValid(address)) return 'invalid';
  const parsed = ipaddr.parse(address);
  const range = parsed.range();
  if (range !== 'unicast') return range;
  if (parsed.kind() === 'ipv6') return parsed.match(globalUnicast) ? undefined : 'reserved';
  return hostServices.includes(parsed.toString()) ? 'host services' : undefined;
}
