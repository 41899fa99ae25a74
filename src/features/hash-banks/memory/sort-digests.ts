/** Digests one after the other, and the entry of each, in shared memory. */
export interface DigestList {
  /** Words of 32 bits a digest. */
  readonly words: number;
  readonly digests: Uint32Array<SharedArrayBuffer>;
  readonly sequences: Float64Array<SharedArrayBuffer>;
}

/** A digest's place takes 22 bits of a key, its first 30 bits the rest: 52 together, which a number holds. */
const places = 2 ** 22;
const prefixOf = (word: number): number => word >>> 2;

/** Compares two digests word by word, the most significant first. */
export const compareDigests = (
  left: Uint32Array,
  from: number,
  right: Uint32Array,
  other: number,
  words: number,
): number => {
  for (let word = 0; word < words; word += 1) {
    const difference = left[from + word]! - right[other + word]!;
    if (difference !== 0) return difference;
  }
  return 0;
};

/** The order of the digests: by their first bits as numbers, which sorts natively, and by all of them where these are alike. */
const orderOf = ({ words, digests, sequences }: DigestList): Uint32Array => {
  const count = sequences.length;
  const keys = Float64Array.from({ length: count }, (_, at) => prefixOf(digests[at * words]!) * places + at).sort();
  const order = Uint32Array.from(keys, (key) => key % places);
  const prefixAt = (at: number): number => prefixOf(digests[order[at]! * words]!);
  for (let from = 0; from < count; ) {
    let to = from + 1;
    while (to < count && prefixAt(to) === prefixAt(from)) to += 1;
    if (to > from + 1)
      order
        .subarray(from, to)
        .sort((left, right) => compareDigests(digests, left * words, digests, right * words, words));
    from = to;
  }
  return order;
};

/** The same digests in ascending order. @throws RangeError for more than 4,194,304 */
export const sortDigests = (list: DigestList): DigestList => {
  const { words, digests, sequences } = list;
  if (sequences.length > places)
    throw new RangeError(`At most ${places} digests can be sorted, not ${sequences.length}.`);
  const sorted = new Uint32Array(new SharedArrayBuffer(digests.byteLength));
  const entries = new Float64Array(new SharedArrayBuffer(sequences.byteLength));
  orderOf(list).forEach((from, to) => {
    sorted.set(digests.subarray(from * words, (from + 1) * words), to * words);
    entries[to] = sequences[from]!;
  });
  return { words, digests: sorted, sequences: entries };
};
