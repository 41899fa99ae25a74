import { textOfPart } from '#engine/item-parts.ts';
import { demoCommunity } from '../demo/community.ts';

/** A linear congruential generator: poor randomness, but the same items in every run. */
const seeded = (seed: number) => (): number => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return seed / 4_294_967_296;
};

const accounts = 5_000;

/** An item as `POST /v1/items` takes it. */
export interface ItemBody {
  readonly text: string;
  readonly json: string;
}

/**
 * Items for `POST /v1/items`: posts of the demo community (60 % benign, 20 % borderline, 20 % violating, about 110 characters) from
 * 5,000 accounts, each with a few words of other posts so that no two are the same text.
 */
export const items = (count: number, extra: Readonly<Record<string, unknown>> = {}): ItemBody[] => {
  const random = seeded(20_251);
  const posts = demoCommunity(Date.UTC(2026, 0, 15)).map(({ submission }) => submission);
  const words = posts
    .flatMap(({ parts }) => textOfPart(parts[0]).split(' '))
    .filter((word) => /^[a-z]{4,9}$/.test(word));
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!;
  return Array.from({ length: count }, () => {
    const post = pick(posts);
    const account = {
      id: `bench-${Math.floor(random() * accounts)}`,
      createdAt: '2024-03-01T00:00:00Z',
      followers: 40,
    };
    const text = `${textOfPart(post.parts[0])} ${pick(words)} ${pick(words)} ${pick(words)}`;
    const { surface } = post;
    const parts = [{ id: 'body', kind: 'text', text }];
    return { text, json: JSON.stringify({ account, surface, locale: 'en', parts, ...extra }) };
  });
};

/** The same as bodies. */
export const itemBodies = (count: number, extra?: Readonly<Record<string, unknown>>): string[] =>
  items(count, extra).map(({ json }) => json);
