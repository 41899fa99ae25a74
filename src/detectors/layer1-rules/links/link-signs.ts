import hosts from './data/hosts.json' with { type: 'json' };
import type { FoundLink } from './find-links.ts';
import { findLookAlike } from './look-alike.ts';

/** Something about a link or contact that speaks for spam. */
export interface Sign {
  /** Key of the signal's attributes. */
  readonly name: string;
  readonly label: string;
  /** Probability 0..1 of spam that the sign would mean on its own; 0 where it is only worth knowing. */
  readonly weight: number;
}

const shorteners: ReadonlySet<string> = new Set(hosts.shorteners);
const ordinaryShorteners: ReadonlySet<string> = new Set(hosts.ordinaryShorteners);
const messengers = new Map(Object.entries(hosts.messengers));
const ordinaryMessengers: ReadonlySet<string> = new Set(hosts.ordinaryMessengers);
const suspiciousSuffixes: ReadonlySet<string> = new Set(hosts.suspiciousSuffixes);

/** Addresses of one's own machine and network (RFC 1918, RFC 3927, RFC 6598) and of examples (RFC 5737). */
const privateAddress =
  /^(?:0\.|10\.|127\.|169\.254\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|192\.0\.2\.|198\.51\.100\.|203\.0\.113\.|\[::1?\]|\[f[cde])/;

const scripts: readonly (readonly [string, RegExp])[] = [
  ['Latin', /\p{Script=Latin}/u],
  ['Cyrillic', /\p{Script=Cyrillic}/u],
  ['Greek', /\p{Script=Greek}/u],
  ['Armenian', /\p{Script=Armenian}/u],
  ['Hebrew', /\p{Script=Hebrew}/u],
];

/** Latin beside Chinese or Japanese is common; beside an alphabet of look-alikes it is not. Labels are looked at one by one. */
const mixesScripts = (shownHost: string): boolean =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the whole of ASCII is meant.
  !/^[\x00-\x7f]*$/.test(shownHost) &&
  shownHost.split('.').some((label) => scripts.filter(([, pattern]) => pattern.test(label)).length > 1);

const looksLikeHost = /^[^:]*[\p{L}\d-]\.\p{L}{2,}(?::|$)/u;

const hostSigns = function* (link: FoundLink): Generator<Sign> {
  const bare = link.host.replace(/^www\./, '');
  const at = link.domain ?? '';
  const messenger = messengers.get(bare);
  if (messenger !== undefined && link.path.length > 1) {
    const weight = ordinaryMessengers.has(bare) ? 0.12 : 0.25;
    yield { name: 'messengers', label: `${messenger} contact`, weight };
    return;
  }
  if (shorteners.has(bare) || shorteners.has(at)) {
    yield { name: 'shorteners', label: 'shortener', weight: ordinaryShorteners.has(bare) ? 0.1 : 0.22 };
    return;
  }
  const lookAlike = findLookAlike(link);
  if (lookAlike !== undefined) {
    const weight = lookAlike.how === 'spelling' ? 0.45 : 0.55;
    yield { name: 'look_alikes', label: `look-alike of ${lookAlike.of} (${lookAlike.how})`, weight };
  } else if (mixesScripts(link.shownHost)) yield { name: 'mixed_scripts', label: 'host mixes alphabets', weight: 0.4 };
  else if (link.host.includes('xn--') && link.host !== link.shownHost)
    yield { name: 'punycode', label: 'internationalised domain name', weight: 0 };
  const ending = link.suffix.slice(link.suffix.lastIndexOf('.') + 1);
  if (suspiciousSuffixes.has(ending)) yield { name: 'suspicious_endings', label: `ending .${ending}`, weight: 0.18 };
};

/** What is odd about one link. An ordinary link to an ordinary site has no signs. */
export const signsOf = function* (link: FoundLink): Generator<Sign> {
  if (link.isIp) {
    if (!privateAddress.test(link.host))
      yield { name: 'ip_addresses', label: 'bare IP address instead of a name', weight: 0.25 };
  } else yield* hostSigns(link);
  if (link.userinfo !== '' && link.kind === 'web') {
    const posing = looksLikeHost.test(link.userinfo);
    const label = posing ? 'poses as another host' : 'name before the host';
    yield { name: 'userinfo', label, weight: posing ? 0.6 : 0.2 };
  }
  // People hide their own mail address from harvesters; nobody hides a link but from a moderator.
  if (link.disguised)
    yield link.kind === 'mail'
      ? { name: 'disguised_mail', label: 'disguised mail address', weight: 0.1 }
      : { name: 'disguised_links', label: 'disguised link', weight: 0.25 };
};
