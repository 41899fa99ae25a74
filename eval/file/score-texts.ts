import { type LabelledScore, lengthSlice } from '../../src/features/models/index.ts';
import type { ContentScorer, Score, ScoredContent, ScoringRequest } from '../../src/features/scoring/index.ts';
import type { LabelledText } from './read-texts.ts';

/** A text with its score for one label, and where it stands in the file. */
export interface ScoredText extends LabelledScore {
  readonly line: number;
  /** Kept only where examples are asked for. */
  readonly text: string | null;
}

/** What is known of one label after scoring. */
export interface LabelScores {
  readonly label: string;
  readonly kind: 'category' | 'attribute';
  readonly scored: ScoredText[];
  /** Labelled texts without a score, by why. They are in no figure. */
  readonly without: Map<string, number>;
}

/** Slices of one kind that are told apart; further ones are taken together, so that a file cannot swell the report. */
const mostSlices = 30;
const others = '(others)';

class SliceNames {
  readonly #known = new Set<string>();

  nameOf(name: string): string {
    if (this.#known.size < mostSlices) this.#known.add(name);
    return this.#known.has(name) ? name : others;
  }
}

const scoreOf = (content: ScoredContent, label: string): { kind: LabelScores['kind']; score: Score } | undefined => {
  const category = content.categories.get(label);
  if (category !== undefined) return { kind: 'category', score: category };
  const attribute = content.attributes.get(label);
  return attribute === undefined ? undefined : { kind: 'attribute', score: attribute };
};

const requestOf = ({ text, language }: LabelledText): ScoringRequest => ({
  parts: [{ id: 'body', kind: 'text', text }],
  ...(language === null ? {} : { language }),
});

const isMissing = ({ labels }: LabelledText, content: ScoredContent): boolean =>
  Object.keys(labels).some((label) => scoreOf(content, label)?.score.status === 'unavailable');

/** Collects scores by label. `keepTexts` where examples are to be shown. */
export class ScoreCollector {
  readonly #labels = new Map<string, LabelScores>();
  readonly #names = { source: new SliceNames(), evasion: new SliceNames(), language: new SliceNames() };
  readonly #keepTexts: boolean;

  constructor(keepTexts: boolean) {
    this.#keepTexts = keepTexts;
  }

  /** By label: categories first, each kind by name. */
  get labels(): readonly LabelScores[] {
    const place = ({ kind, label }: LabelScores): string => `${kind === 'category' ? 0 : 1} ${label}`;
    return [...this.#labels.values()].sort((one, other) => (place(one) < place(other) ? -1 : 1));
  }

  /** Asks for the scores of some texts together. */
  async add(texts: readonly LabelledText[], scorer: ContentScorer): Promise<void> {
    const contents = await scorer.score(texts.map(requestOf));
    for (const [index, text] of texts.entries()) {
      const content = contents[index]!;
      if (!isMissing(text, content)) this.#addOne(text, content);
      // Once more, with the machine to itself: a model that was busy may answer now. What fails again is counted as what it is.
      else this.#addOne(text, (await scorer.score([requestOf(text)]))[0]!);
    }
  }

  #addOne(row: LabelledText, content: ScoredContent): void {
    const slices = this.#slicesOf(row);
    for (const [label, truth] of Object.entries(row.labels)) {
      const found = scoreOf(content, label);
      const status = found?.score.status ?? 'not_assessed';
      const entry = this.#labels.get(label) ?? {
        label,
        kind: found?.kind ?? 'category',
        scored: [],
        without: new Map<string, number>(),
      };
      this.#labels.set(label, entry);
      if (found === undefined || status !== 'ok') {
        entry.without.set(status, (entry.without.get(status) ?? 0) + 1);
        continue;
      }
      const text = this.#keepTexts ? row.text : null;
      entry.scored.push({ line: row.line, text, score: found.score.probability, label: truth, slices });
    }
  }

  #slicesOf({ text, source, evasion, language }: LabelledText): LabelledScore['slices'] {
    return {
      length: lengthSlice(text),
      ...(source === null ? {} : { source: this.#names.source.nameOf(source) }),
      ...(evasion === null ? {} : { evasion: this.#names.evasion.nameOf(evasion) }),
      ...(language === null ? {} : { language: this.#names.language.nameOf(language) }),
    };
  }
}
