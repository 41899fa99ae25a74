import type { Category } from '#contracts/category.ts';
import type { TextPart } from '#contracts/item.ts';
import type { DomainList } from '#contracts/lists.ts';
import type { Evidence } from '#contracts/signal.ts';
import type { Detector } from '#engine/ports/detector.ts';
import { createTextDetector, type TextFindings } from '../text-detector.ts';
import { type FoundSign, findContacts } from './contact-signs.ts';
import { compileDomainLists, type ListedDomain } from './domain-lists.ts';
import { type FoundLink, findLinks } from './find-links.ts';
import { countLinks } from './link-counts.ts';
import { signsOf } from './link-signs.ts';
import { revealLinks } from './reveal-links.ts';

/** Evidence beyond this says nothing new to a person. */
const maximumEvidence = 100;
/** Below every threshold from which the shipped policy removes: lists and signs ask for a look, they do not decide. */
const highestScore = 0.75;
/** Score of a listed domain. The policy removes from .5 in `csam` and from .6 in `ncii`, which only a hash match or a person may reach. */
const listScores: ReadonlyMap<Category, number> = new Map([
  ['csam', 0.45],
  ['ncii', 0.55],
]);
const listScore = (category: Category): number => listScores.get(category) ?? 0.6;

const round = (score: number): number => Math.round(score * 10_000) / 10_000;

interface Finding extends FoundSign {
  readonly category: Category;
}

/** Independent signs add up as probabilities do; one sign counts once, however many links show it. */
const combine = (findings: readonly Finding[]): number => {
  const strongest = new Map<string, number>();
  for (const { sign } of findings) strongest.set(sign.name, Math.max(strongest.get(sign.name) ?? 0, sign.weight));
  let clear = 1;
  for (const weight of strongest.values()) clear *= 1 - weight;
  return round(Math.min(highestScore, 1 - clear));
};

const listed = (link: FoundLink, { listName, category, domain }: ListedDomain): Finding => ({
  start: link.start,
  end: link.end,
  category,
  sign: { name: 'listed_domains', label: `${listName}: ${domain}`.slice(0, 200), weight: listScore(category) },
});

export interface LinksDetectorOptions {
  readonly domainLists: readonly DomainList[];
  /** Changes with the lists, such as the configuration's digest of them. */
  readonly version?: string;
}

/** Links, look-alike domains, contact details and listed domains. */
export const createLinksDetector = ({ domainLists, version = '1' }: LinksDetectorOptions): Detector => {
  const lists = compileDomainLists(domainLists);
  const inspect = (part: TextPart): TextFindings => {
    const view = revealLinks(part.text);
    const found = findLinks(view, part.text);
    const links = found.filter(({ host }) => !lists.allows(host));
    const findings: Finding[] = links.flatMap((link) => lists.blocks(link.host).map((entry) => listed(link, entry)));
    const add = ({ start, end, sign }: FoundSign): void => void findings.push({ start, end, category: 'spam', sign });
    for (const link of links) for (const sign of signsOf(link)) add({ start: link.start, end: link.end, sign });
    for (const sign of countLinks(links, part.text.length)) add(sign);
    for (const sign of findContacts(view, found)) add(sign);
    const scores: Record<Category, number> = {};
    for (const category of new Set(findings.map((finding) => finding.category))) {
      const score = combine(findings.filter((finding) => finding.category === category));
      if (score > 0) scores[category] = score;
    }
    const attributes: Record<string, number> = {};
    if (links.length > 0) attributes.links = links.length;
    for (const { sign } of findings) attributes[sign.name] = (attributes[sign.name] ?? 0) + 1;
    return {
      scores,
      attributes,
      evidence: findings.slice(0, maximumEvidence).map(
        ({ start, end, category, sign }): Evidence => ({
          kind: 'span',
          partId: part.id,
          start,
          end,
          ...(sign.weight > 0 ? { category, weight: sign.weight } : {}),
          label: sign.label,
        }),
      ),
    };
  };

  return createTextDetector({
    id: 'links',
    version: `1.${version}`,
    judges: [...new Set<Category>(['spam', ...lists.categories])],
    inspect,
  });
};
