import type { FoundSign } from './contact-signs.ts';
import type { FoundLink } from './find-links.ts';

const manyDomains = 4;
const floodOfLinks = 10;

/** What the number of links says, whatever they are: many different sites, one link over and over, little else but links. */
export const countLinks = (links: readonly FoundLink[], textLength: number): readonly FoundSign[] => {
  const web = links.filter(({ kind }) => kind === 'web');
  const [first] = web;
  const last = web[web.length - 1];
  if (first === undefined || last === undefined) return [];
  const signs: FoundSign[] = [];
  const add = (name: string, label: string, weight: number): void => {
    signs.push({ start: first.start, end: last.end, sign: { name, label, weight } });
  };
  const domains = new Set(web.map(({ domain, host }) => domain ?? host)).size;
  if (domains >= manyDomains) add('many_sites', `links to ${domains} sites`, domains >= floodOfLinks ? 0.35 : 0.2);
  else if (web.length >= floodOfLinks) add('many_links', `${web.length} links`, 0.25);
  const linked = web.reduce((sum, { start, end }) => sum + end - start, 0);
  if (web.length >= 3 && linked / textLength >= 0.7) add('mostly_links', 'little else but links', 0.15);
  return signs;
};
