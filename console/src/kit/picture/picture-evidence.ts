import type { DerivedPart, Signal } from '#contracts/signal.ts';
import { type Finding, findingsOf } from '../evidence-segments.ts';

/** A rectangle as fractions of the picture's width and height. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Something that was found in a picture: a line of text, or a region that a detector points at. */
export interface PictureMark {
  readonly key: string;
  readonly kind: 'text' | 'region';
  /** Null for text of which nobody said where it stands. */
  readonly place: Place | null;
  /** What was read; for a region, what the detector calls it. */
  readonly text: string;
  readonly findings: readonly Finding[];
  readonly category: string | undefined;
}

/** A file whose known counterpart is in a bank. */
export interface HashMatch {
  readonly partId: string;
  readonly bank: string;
  readonly algorithm: 'sha256' | 'md5' | 'pdq';
  readonly distance: number;
  readonly behaviour: string;
  readonly category: string | undefined;
}

/** How sure detectors are of each category in one part: the surest gives a mark its colour. */
const ranksOf = (trace: readonly Signal[], partId: string): ReadonlyMap<string, number> => {
  const ranks = new Map<string, number>();
  for (const signal of trace) {
    if (signal.partId !== partId) continue;
    for (const [category, score] of Object.entries(signal.scores)) {
      ranks.set(category, Math.max(score, ranks.get(category) ?? 0));
    }
  }
  return ranks;
};

const within = (findings: readonly Finding[], start: number, end: number): Finding[] =>
  findings
    .filter((finding) => finding.start < end && finding.end > start)
    .map((finding) => ({
      ...finding,
      start: Math.max(0, finding.start - start),
      end: Math.min(end, finding.end) - start,
    }));

const categoryOf = (findings: readonly Finding[]): string | undefined =>
  findings.find((finding) => finding.category !== undefined)?.category;

const linesOf = (part: DerivedPart, trace: readonly Signal[]): PictureMark[] => {
  const text = part.text;
  if (text === undefined || text === '') return [];
  const ranks = ranksOf(trace, part.id);
  const rank = ({ category }: Finding): number => (category === undefined ? -1 : (ranks.get(category) ?? 0));
  const findings = findingsOf(trace, part.id).sort((a, b) => rank(b) - rank(a));
  const places = part.places ?? [];
  const stretches =
    places.length === 0 ? [{ start: 0, end: text.length, place: null }] : places.map((place) => ({ ...place, place }));
  return stretches.map(({ start, end, place }, index) => {
    const own = within(findings, start, end);
    return {
      key: `${part.id}:${index}`,
      kind: 'text',
      place: place === null ? null : { x: place.x, y: place.y, width: place.width, height: place.height },
      text: text.slice(start, end),
      findings: own,
      category: categoryOf(own),
    };
  });
};

const samePlace = (a: Place, b: Place): boolean =>
  a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;

/** Everything that a trace says of places in one picture: its text line by line, then the regions. */
export const marksOf = (trace: readonly Signal[], partId: string): PictureMark[] => {
  const texts = trace
    .flatMap((signal) => signal.derivedParts ?? [])
    .filter((part) => part.kind === 'text' && part.fromPartId === partId);
  // The captions of an animation stand for its whole text, which repeats them.
  const captions = texts.filter(({ id }) => id.startsWith(`${partId}#frame-`));
  const lines = (captions.length > 0 ? captions : texts).flatMap((part) => linesOf(part, trace));
  const regions = trace.flatMap((signal) =>
    signal.evidence.flatMap((evidence, index): PictureMark[] => {
      if (evidence.kind !== 'box' || evidence.partId !== partId) return [];
      // A reader of text may also point at its lines one by one: they are there already.
      if (lines.some((line) => line.place !== null && samePlace(line.place, evidence))) return [];
      const { x, y, width, height, category, label } = evidence;
      return [
        {
          key: `${signal.detector}:${index}`,
          kind: 'region',
          place: { x, y, width, height },
          text: label,
          findings: [],
          category,
        },
      ];
    }),
  );
  return [...lines, ...regions];
};

/** Whether text was looked for in a picture, and whether it could be. */
export const readingOf = (
  trace: readonly Signal[],
  partId: string,
): 'read' | 'none' | 'erased' | 'unavailable' | 'not_read' => {
  const reader = trace.findLast((signal) => signal.detector === 'image-text' && signal.partId === partId);
  if (reader === undefined) return 'not_read';
  if (reader.status === 'unavailable') return 'unavailable';
  const parts = (reader.derivedParts ?? []).filter((part) => part.fromPartId === partId);
  if (parts.length === 0) return 'none';
  return parts.every((part) => part.text === undefined) ? 'erased' : 'read';
};

/** The known files that a trace names, nearest first; of one part where it is given. */
export const hashMatchesOf = (trace: readonly Signal[], partId?: string): HashMatch[] =>
  trace
    .flatMap((signal) =>
      signal.evidence.flatMap((evidence): HashMatch[] => {
        if (evidence.kind !== 'hash_match' || (partId !== undefined && evidence.partId !== partId)) return [];
        const { bank, algorithm, distance, behaviour, category } = evidence;
        return [{ partId: evidence.partId, bank, algorithm, distance, behaviour, category }];
      }),
    )
    .sort((a, b) => a.distance - b.distance);

/** What an image model said of each of its own classes, surest first. */
export interface ImageScores {
  readonly detector: string;
  readonly version: string;
  readonly partId: string;
  readonly classes: readonly { readonly name: string; readonly value: number }[];
}

/** The attributes of image models that are probabilities. */
const modelClass = /^nsfw_(porn|hentai|sexy|neutral|drawing|second_opinion)$/;

export const imageScoresOf = (trace: readonly Signal[], partId: string): ImageScores[] =>
  trace.flatMap((signal) => {
    if (signal.partId !== partId || signal.status !== 'ok') return [];
    const classes = Object.entries(signal.attributes).flatMap(([name, value]) => {
      const found = modelClass.exec(name)?.[1];
      return found === undefined || typeof value !== 'number' || value < 0 || value > 1 ? [] : [{ name: found, value }];
    });
    if (classes.length === 0) return [];
    classes.sort((a, b) => b.value - a.value);
    return [{ detector: signal.detector, version: signal.version, partId, classes }];
  });
