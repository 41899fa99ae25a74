import { domainToUnicode } from 'node:url';
import { linkifyit, type Match } from 'linkify-it';
import { parse } from 'tldts';
import type { Span, TextView } from '#engine/text/text-view.ts';
import hosts from './data/hosts.json' with { type: 'json' };

/** A link or mail address in a text, in original UTF-16 offsets. */
export interface FoundLink extends Span {
  readonly kind: 'web' | 'mail';
  /** Lower case, as the network sees it (punycode, decimal IP address). */
  readonly host: string;
  /** As a person sees it. */
  readonly shownHost: string;
  /** Registrable domain by the public suffix list's ICANN section; undefined for IP addresses. */
  readonly domain?: string;
  /** The registrable domain without its suffix: `example` of `example.co.uk`. */
  readonly name: string;
  readonly suffix: string;
  readonly subdomain: string;
  readonly isIp: boolean;
  /** What stands before the `@` of a web link; empty where there is none. */
  readonly userinfo: string;
  readonly path: string;
  /** Written so that a machine does not see a link. */
  readonly disguised: boolean;
}

/** More links than this tell nothing new. */
const maximumLinks = 1_000;

const linkify = linkifyit({ fuzzyLink: true, fuzzyEmail: true, fuzzyIP: true, urlAuth: true, maxLength: 2_048 }).tlds(
  [...hosts.suspiciousSuffixes, ...hosts.moreSuffixes],
  true,
);

/** What a text with a link has at the least. */
const mayHoldLink = /[^\s.]\.[^\s.]|:\/\/|\S@\S/;

/** File names and sentences without a blank after the full stop look like domains: `notes.md`, `see you.So then`. */
const accidental = (match: Match): boolean => {
  if (match.schema !== '' || /[/@]|^www\./i.test(match.raw)) return false;
  const suffix = match.raw.slice(match.raw.lastIndexOf('.') + 1);
  return /^\p{Lu}\p{Ll}/u.test(suffix) || fileEndings.has(suffix.toLowerCase());
};
const fileEndings: ReadonlySet<string> = new Set([
  'md',
  'py',
  'rs',
  'sh',
  'pl',
  'cc',
  'ps',
  'mov',
  'zip',
  'so',
  'am',
  'pm',
]);

const readAddress = (match: Match): URL | undefined => {
  try {
    const address =
      match.schema === 'mailto:' ? `http://${match.url.slice(match.url.lastIndexOf('@') + 1)}` : match.url;
    return new URL(address.startsWith('//') ? `http:${address}` : address);
  } catch {
    return undefined;
  }
};

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

const describe = (match: Match, view: TextView, original: string): FoundLink | undefined => {
  const address = readAddress(match);
  if (address === undefined || address.hostname === '') return undefined;
  const host = address.hostname.replace(/\.$/, '');
  const known = parse(host, { allowPrivateDomains: false, extractHostname: false, validateHostname: false });
  const isIp = known.isIp === true || host.startsWith('[');
  // A version number is four numbers as well.
  if (isIp && match.schema === '' && !/[/:]/.test(match.raw)) return undefined;
  if (!isIp && known.isIcann !== true && match.schema === '') return undefined;
  const span = view.span(match.index, match.lastIndex);
  return {
    ...span,
    kind: match.schema === 'mailto:' ? 'mail' : 'web',
    host,
    shownHost: host.includes('xn--') ? domainToUnicode(host) || host : host,
    ...(known.domain === null ? {} : { domain: known.domain }),
    name: known.domainWithoutSuffix ?? '',
    suffix: known.publicSuffix ?? '',
    subdomain: known.subdomain ?? '',
    isIp,
    userinfo: decode(`${address.username}${address.password === '' ? '' : `:${address.password}`}`),
    path: address.pathname,
    disguised: original.slice(span.start, span.end) !== match.raw,
  };
};

/** All links and mail addresses of a text, in order, read from its revealed view. */
export const findLinks = (view: TextView, original: string): readonly FoundLink[] => {
  if (!mayHoldLink.test(view.text)) return [];
  const links: FoundLink[] = [];
  for (const match of linkify.match(view.text) ?? []) {
    if (links.length >= maximumLinks) break;
    if (accidental(match)) continue;
    const link = describe(match, view, original);
    if (link !== undefined) links.push(link);
  }
  return links;
};
