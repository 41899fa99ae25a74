import type { DetectorContext } from '#engine/ports/detector.ts';
import { harmless } from './data-fence.ts';
import { instructionSigns } from './instruction-signs.ts';

/** A block of the request that is data, under a heading of ours. */
export interface DataBlock {
  readonly heading: string;
  readonly text: string;
}

export interface Surroundings {
  readonly blocks: readonly DataBlock[];
  /** Messages and fields that speak to the machine and are therefore not shown to it. */
  readonly withheld: number;
}

const mostMessages = 20;
const longestMessage = 600;
/** Of a message as it came; what lies behind is not shown. */
const longestRawMessage = 4 * longestMessage;
const longestThread = 4_000;
const mostFields = 20;
const day = 86_400_000;

/** Bounds rather than counts, so that a judgement can be found again in the cache when the account has posted once more. */
const bracket = (value: number, bounds: readonly number[], unit: string): string => {
  const above = bounds.find((bound) => value < bound);
  return above === undefined ? `${bounds.at(-1)} ${unit} or more` : `fewer than ${above} ${unit}`;
};

const accountLines = ({ account }: DetectorContext): readonly string[] => {
  const lines = [`trust tier: ${account.tier}`];
  if (account.ageMs !== undefined) lines.push(`age: ${bracket(account.ageMs / day, [1, 7, 30, 365], 'days')}`);
  if (account.verified !== undefined) lines.push(`verified: ${account.verified ? 'yes' : 'no'}`);
  if (account.items !== undefined) lines.push(`earlier posts: ${bracket(account.items, [1, 10, 100], 'posts')}`);
  if (account.removed !== undefined)
    lines.push(`earlier posts removed: ${bracket(account.removed, [1, 3, 10], 'posts')}`);
  if (account.followers !== undefined)
    lines.push(`followers: ${bracket(account.followers, [100, 10_000, 1_000_000], 'accounts')}`);
  return lines;
};

/** What stands around the item, made harmless: where, by whom, after what. Other people's words that give the machine orders stay out. */
export const surroundingsOf = (context: DetectorContext): Surroundings => {
  const { item } = context;
  let withheld = 0;
  const admitted = (whole: string): string => {
    const text = whole.slice(0, longestRawMessage);
    if (instructionSigns([text]).length > 0) {
      withheld += 1;
      return '(left out)';
    }
    return harmless(text).replaceAll('\n', ' / ').slice(0, longestMessage).toWellFormed();
  };
  const blocks: DataBlock[] = [];
  const place = [`surface: ${item.surface}`, ...(item.locale === undefined ? [] : [`locale: ${item.locale}`])];
  blocks.push({ heading: 'Where it was posted', text: place.join('\n') });
  blocks.push({ heading: 'What is known of the account', text: accountLines(context).join('\n') });
  const thread: string[] = [];
  if (item.thread?.title !== undefined) thread.push(`title of the thread: ${admitted(item.thread.title)}`);
  let length = 0;
  const messages: string[] = [];
  // The latest messages matter most where not all of them fit.
  for (const { accountId, text } of (item.thread?.messages ?? []).slice(-mostMessages).reverse()) {
    const line = `${accountId === item.account.id ? 'same account' : 'another account'}: ${admitted(text)}`;
    length += line.length;
    if (length > longestThread) break;
    messages.unshift(line);
  }
  if (messages.length > 0 || thread.length > 0)
    blocks.push({ heading: 'Earlier in the thread, oldest first', text: [...thread, ...messages].join('\n') });
  const fields = Object.entries(item.metadata ?? {})
    .slice(0, mostFields)
    .map(([name, value]) => `${name}: ${admitted(String(value))}`);
  if (fields.length > 0) blocks.push({ heading: 'Fields that the platform sent along', text: fields.join('\n') });
  if (item.account.displayName !== undefined)
    blocks.push({ heading: 'Name that the account goes by', text: admitted(item.account.displayName) });
  return { blocks, withheld };
};
