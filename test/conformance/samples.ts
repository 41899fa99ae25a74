import type { ItemContent, Part } from '#contracts/item.ts';
import type { Detector, DetectorContext, DetectorInput, PartFile } from '#engine/ports/detector.ts';

/** A text, or a picture by what is known of its file (nothing, for one that was not looked up). */
export type Sample = string | { readonly file: PartFile | undefined };

/** What any detector has to cope with: ordinary, empty of letters, evasive, invisible, right to left, long, telling. */
export const ordinaryTexts: readonly string[] = [
  'See you at the match on Sunday!',
  '!!!',
  ' ',
  'F R E E c.o.i.n.s at https://coins.example/claim \u{1f4b0}\u{1f4b0}\u{1f4b0} call 555-0100, write to win@coins.example',
  'COME AND LOOK AT THIS RIGHT NOW BEFORE IT IS GONE FOR EVER',
  'WIN WIN WIN WIN WIN NOW NOW NOW NOW!!!!!!!!!!!!!!!!!!!!!!!!!! http://coins.example http://coins.example/again',
  'zero\u200bwidth \u202eright-to-left\u202c \u{1d4c2}\u{1d4b6}\u{1d4c9}\u{1d4bd} \uff46\uff55\uff4c\uff4c\uff57\uff49\uff44\uff54\uff48 \u0007bell',
  '\u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd, \u0645\u0631\u062d\u0628\u0627, \u4f60\u597d\uff0c\u4e16\u754c',
  '\u{1f469}\u200d\u{1f469}\u200d\u{1f467}'.repeat(200),
  'According to the ministry, 74% of the patients in Quellbach were infected by tap water, a new study shows.',
  'a'.repeat(20_000),
  'long words and short ones '.repeat(400),
];

/** What no request gets through, and a detector must live through all the same. */
export const hostileTexts: readonly string[] = [
  '',
  '\u0000',
  'lone \ud800 surrogates \udc00\ud800',
  '\ufffe\uffff',
  `e${'\u0301'.repeat(5_000)}`,
  `${'('.repeat(5_000)}${'a+'.repeat(2_000)}!`,
];

const partOf = (sample: Sample, id: string): Part =>
  typeof sample === 'string' ? { id, kind: 'text', text: sample } : { id, kind: 'image', mediaId: noMedia };

/** A media id that means nothing: what detectors know of a file is in the context. */
const noMedia = '00000000-0000-7000-8000-000000000001';

/** An account and its circumstances of which much can be said: young, quick, removed before, the same text from many accounts. */
const tellingContext = (item: ItemContent, files: ReadonlyMap<string, PartFile>): DetectorContext => ({
  item,
  files,
  account: { id: item.account.id, tier: 'new', ageMs: 60_000, items: 40, removed: 9, followers: 2, verified: false },
  counters: {
    account_posts_1m: 30,
    account_posts_1h: 200,
    account_posts_24h: 400,
    content_posts_1h: 50,
    content_accounts_1h: 20,
    content_accounts_24h: 40,
    account_removed_30d: 9,
  },
  reposts: {
    removed: { itemId: '00000000-0000-7000-8000-000000000000', categories: ['spam'], decidedBy: 'reviewer' },
  },
  signals: [],
  now: Date.UTC(2026, 0, 15),
});

/** The inputs of one item: one for each part, or a single one for detectors of whole items. */
const inputsOf = (
  { scope }: Pick<Detector, 'scope'>,
  parts: readonly Part[],
  files: ReadonlyMap<string, PartFile>,
): readonly DetectorInput[] => {
  const context = tellingContext({ account: { id: 'someone' }, surface: 'comment', parts: [...parts] }, files);
  return scope === 'item' ? [{ context }] : parts.map((one) => ({ part: one, context }));
};

/** Each sample that the detector takes as an item of its own, so that inputs of one batch come from different items, as they do in service. */
export const batchOf = (
  detector: Pick<Detector, 'scope' | 'kinds'>,
  samples: readonly Sample[],
): readonly DetectorInput[] =>
  samples.flatMap((sample, index) => {
    const part = partOf(sample, `part-${index}`);
    if (!detector.kinds.includes(part.kind)) return [];
    const file = typeof sample === 'string' ? undefined : sample.file;
    return inputsOf(detector, [part], new Map(file === undefined ? [] : [[part.id, file]]));
  });
