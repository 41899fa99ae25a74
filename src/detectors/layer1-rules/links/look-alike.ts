import { normalise } from '#engine/text/normalise.ts';
import data from './data/brands.json' with { type: 'json' };
import type { FoundLink } from './find-links.ts';

/** A host that passes itself off as a well-known one. */
export interface LookAlike {
  /** The brand's own domain. */
  readonly of: string;
  readonly how: 'letters' | 'spelling' | 'name inside';
}

interface Brand {
  readonly name: string;
  readonly domains: readonly string[];
  /** An ordinary word: only exact copies in other letters, or company with a lure, are telling. */
  readonly common?: boolean;
}

const brands: readonly Brand[] = data.brands;
const ordinaryNames: ReadonlySet<string> = new Set(data.ordinaryNames);
const lures: ReadonlySet<string> = new Set(data.lures);
const ownDomains: ReadonlySet<string> = new Set(brands.flatMap(({ domains }) => domains));

/** Letters that a hasty reader takes for one another are written alike. */
const skeletonOf = (name: string): string =>
  (/^[a-z0-9-]*$/.test(name) ? name : normalise(name).text)
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w')
    .replaceAll('cl', 'd')
    .replace(/[01357]/g, (digit) => ({ '0': 'o', '1': 'l', '3': 'e', '5': 's', '7': 't' })[digit] ?? digit)
    .replaceAll('i', 'l');

const bySkeleton = new Map(brands.map((brand) => [skeletonOf(brand.name), brand]));

/** All names one letter left out away from `name`, and `name` itself. Two names within one edit share one of them. */
const deletions = (name: string): readonly string[] => {
  const shorter = [name];
  for (let index = 0; index < name.length; index += 1) shorter.push(name.slice(0, index) + name.slice(index + 1));
  return shorter;
};

const shortestSpelling = 6;
const byDeletion = new Map<string, Brand[]>();
for (const brand of brands) {
  if (brand.common === true || brand.name.length < shortestSpelling) continue;
  for (const key of deletions(brand.name)) byDeletion.set(key, [...(byDeletion.get(key) ?? []), brand]);
}

/** Whether one insertion, deletion, substitution or swap of neighbours makes one of the other. */
export const withinOneEdit = (one: string, other: string): boolean => {
  if (Math.abs(one.length - other.length) > 1) return false;
  let start = 0;
  while (start < one.length && start < other.length && one[start] === other[start]) start += 1;
  let end = 0;
  const shortest = Math.min(one.length, other.length);
  while (end < shortest - start && one[one.length - 1 - end] === other[other.length - 1 - end]) end += 1;
  const leftOne = one.slice(start, one.length - end);
  const leftOther = other.slice(start, other.length - end);
  if (leftOne.length <= 1 && leftOther.length <= 1) return true;
  return leftOne.length === 2 && leftOther.length === 2 && leftOne[0] === leftOther[1] && leftOne[1] === leftOther[0];
};

const asLookAlike = (brand: Brand, how: LookAlike['how']): LookAlike => ({ of: brand.domains[0]!, how });

const misspelled = (name: string): LookAlike | undefined => {
  if (name.length < shortestSpelling - 1 || name.length > 40) return undefined;
  for (const key of deletions(name)) {
    const near = byDeletion.get(key)?.find((brand) => brand.name !== name && withinOneEdit(brand.name, name));
    if (near !== undefined) return asLookAlike(near, 'spelling');
  }
  return undefined;
};

/** `paypal-login`, `secure-paypa1`, `paypallogin`: a brand beside a word that asks for trust or greed. */
const withLure = (name: string): LookAlike | undefined => {
  const words = name.split('-');
  if (words.length > 1 && words.some((word) => lures.has(word))) {
    for (const word of words) {
      const brand = bySkeleton.get(skeletonOf(word));
      if (brand !== undefined && !lures.has(word)) return asLookAlike(brand, 'name inside');
    }
  }
  for (const brand of brands) {
    if (brand.common === true || brand.name.length < shortestSpelling || name === brand.name) continue;
    if (name.startsWith(brand.name) && lures.has(name.slice(brand.name.length)))
      return asLookAlike(brand, 'name inside');
    if (name.endsWith(brand.name) && lures.has(name.slice(0, -brand.name.length)))
      return asLookAlike(brand, 'name inside');
  }
  return undefined;
};

/** `paypal.com.evil.example`: a brand's whole domain, or its name beside a lure, in front of somebody else's. */
const inSubdomain = (subdomain: string): LookAlike | undefined => {
  if (subdomain === '') return undefined;
  for (const brand of brands) {
    if (brand.domains.some((domain) => `.${subdomain}.`.includes(`.${domain}.`)))
      return asLookAlike(brand, 'name inside');
  }
  for (const label of subdomain.split('.').slice(0, 8)) {
    const found = withLure(label);
    if (found !== undefined) return found;
  }
  return undefined;
};

/** The well-known site that a link's host imitates, if any. Brands under other country endings (`paypal.de`) are taken as genuine. */
export const findLookAlike = ({
  shownHost,
  domain,
  name,
  subdomain,
  isIp,
  suffix,
}: FoundLink): LookAlike | undefined => {
  if (isIp || domain === undefined || ownDomains.has(domain)) return undefined;
  const shown = shownHost.split('.');
  const shownName = shown[shown.length - 1 - suffix.split('.').length] ?? name;
  const nested = inSubdomain(subdomain);
  if (nested !== undefined) return nested;
  if (ordinaryNames.has(shownName) || shownName.length > 63) return undefined;
  const same = bySkeleton.get(skeletonOf(shownName));
  if (same !== undefined) return same.name === shownName ? undefined : asLookAlike(same, 'letters');
  return misspelled(shownName) ?? withLure(shownName);
};
