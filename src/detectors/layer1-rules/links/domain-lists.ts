import { domainToASCII } from 'node:url';
import type { Category } from '#contracts/category.ts';
import type { DomainList } from '#contracts/lists.ts';

export interface ListedDomain {
  readonly listName: string;
  readonly category: Category;
  readonly domain: string;
}

export interface CompiledDomainLists {
  /** Categories of the block lists in use. */
  readonly categories: readonly Category[];
  allows(host: string): boolean;
  /** The most specific entry of each list that blocks the host. */
  blocks(host: string): readonly ListedDomain[];
}

/** `*.Example.COM.`, `https://example.com/x` and `example.com` are the same entry. */
const readEntry = (entry: string): string => {
  const bare = entry
    .trim()
    .replace(/^[a-z][a-z0-9+.-]*:\/\//i, '')
    .replace(/^\*?\./, '')
    .replace(/[/?#:].*$/s, '')
    .replace(/\.$/, '')
    .toLowerCase();
  return domainToASCII(bare) || bare;
};

/** `a.b.example.com`, `b.example.com`, `example.com`, `com`: a listed domain stands for everything below it. */
const ancestors = function* (host: string): Generator<string> {
  for (let at = 0; at >= 0 && at < host.length; ) {
    yield host.slice(at);
    const dot = host.indexOf('.', at);
    at = dot < 0 ? -1 : dot + 1;
  }
};

export const compileDomainLists = (lists: readonly DomainList[]): CompiledDomainLists => {
  const used = lists.filter(({ enabled }) => enabled);
  const allowed = new Set(used.filter(({ kind }) => kind === 'allow').flatMap(({ domains }) => domains.map(readEntry)));
  const blockLists = used.filter(({ kind }) => kind === 'block');
  const blocked = new Map<string, ListedDomain[]>();
  for (const { name, category, domains } of blockLists) {
    for (const entry of domains) {
      const domain = readEntry(entry);
      if (domain === '') continue;
      const known = blocked.get(domain);
      const listed = { listName: name, category, domain };
      if (known === undefined) blocked.set(domain, [listed]);
      else known.push(listed);
    }
  }
  return {
    categories: [...new Set(blockLists.map(({ category }) => category))],
    allows: (host) => allowed.size > 0 && [...ancestors(host)].some((domain) => allowed.has(domain)),
    blocks: (host) => {
      if (blocked.size === 0) return [];
      for (const domain of ancestors(host)) {
        const found = blocked.get(domain);
        if (found !== undefined) return found;
      }
      return [];
    },
  };
};
