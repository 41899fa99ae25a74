import { createHash } from 'node:crypto';
import { domainToASCII } from 'node:url';
import type { Category } from '#contracts/category.ts';
import type { DomainList, TermList } from '#contracts/lists.ts';
import { compilePatternSet } from '#engine/text/pattern-set.ts';
import { TermAutomaton } from '#engine/text/term-automaton.ts';
import { canonicalJson } from '#platform/canonical-json.ts';
import type { FaultPlace } from '#platform/http/problem-error.ts';

const maximumFaults = 50;
/** Terms that are tried in one automaton; small ones are built fastest. */
const chunkSize = 500;

const rejectionReasons = {
  empty: 'has nothing left to look for once it is normalised; write letters, digits or signs',
  too_long: 'is too long for the matcher; use a pattern or a shorter term',
} as const;

const unknownCategory = (category: Category, categories: ReadonlySet<Category>): string | undefined =>
  categories.has(category) ? undefined : `the active policy has no category \`${category}\``;

const duplicateIds = (entries: readonly { readonly id: string }[], member: string): FaultPlace[] => {
  const seen = new Set<string>();
  return entries.flatMap(({ id }, index) => {
    if (!seen.has(id)) {
      seen.add(id);
      return [];
    }
    return [{ path: `${member}[${index}].id`, message: `the entry id \`${id}\` is used twice` }];
  });
};

const termFaults = (list: TermList): FaultPlace[] => {
  const faults: FaultPlace[] = [];
  for (let from = 0; from < list.terms.length; from += chunkSize) {
    for (const { index, reason } of new TermAutomaton(list.terms.slice(from, from + chunkSize)).rejected) {
      const place = from + index;
      faults.push({
        path: `terms[${place}].term`,
        message: `the term of entry \`${list.terms[place]!.id}\` ${rejectionReasons[reason]}`,
      });
    }
  }
  return faults;
};

const patternFaults = (list: TermList): FaultPlace[] =>
  compilePatternSet(list.patterns).errors.map(({ index, offset, reason }) => ({
    path: `patterns[${index}].source`,
    message: `the pattern of entry \`${list.patterns[index]!.id}\` is refused at character ${offset + 1}: ${reason}`,
  }));

/**
 * What keeps a term list from being used: entries that the matcher cannot take, patterns that RE2 refuses, ids used twice, categories that
 * the active policy does not have (of block lists; those of allow lists are not read). Paths are within the list.
 */
export const termListFaults = (list: TermList, categories: ReadonlySet<Category>): FaultPlace[] => {
  const faults = [
    ...duplicateIds(list.terms, 'terms'),
    ...duplicateIds(list.patterns, 'patterns'),
    ...termFaults(list),
    ...patternFaults(list),
  ];
  if (list.kind === 'block') {
    for (const member of ['terms', 'patterns'] as const) {
      list[member].forEach(({ id, category }, index) => {
        const message = unknownCategory(category, categories);
        if (message !== undefined)
          faults.push({ path: `${member}[${index}].category`, message: `entry \`${id}\`: ${message}` });
      });
    }
  }
  return faults.slice(0, maximumFaults);
};

const hostName = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?)+$/;

/** `*.Bücher.example.` as links are compared: `xn--bcher-kva.example`; undefined for what is no domain. */
const canonicalDomain = (entry: string): string | undefined => {
  const host = domainToASCII(entry.trim().replace(/^\*\./, '').replace(/\.$/, '')).toLowerCase();
  return hostName.test(host) ? host : undefined;
};

/** A domain list as it is stored: lower case, punycode, without `*.` and final dots, each domain once; or its faults. */
export const canonicalDomainList = (
  list: DomainList,
  categories: ReadonlySet<Category>,
): { readonly list: DomainList } | { readonly faults: FaultPlace[] } => {
  const faults: FaultPlace[] = [];
  const domains = new Set<string>();
  list.domains.forEach((entry, index) => {
    const domain = canonicalDomain(entry);
    if (domain === undefined) {
      faults.push({
        path: `domains[${index}]`,
        message: `not a domain; write it as \`example.com\`, without scheme or path`,
      });
    } else domains.add(domain);
  });
  const message = list.kind === 'block' ? unknownCategory(list.category, categories) : undefined;
  if (message !== undefined) faults.push({ path: 'category', message });
  return faults.length > 0 ? { faults: faults.slice(0, maximumFaults) } : { list: { ...list, domains: [...domains] } };
};

/** SHA-256 of the canonical JSON, hexadecimal: equal documents have equal digests. */
export const documentDigest = (document: unknown): string =>
  createHash('sha256').update(canonicalJson(document)).digest('hex');
