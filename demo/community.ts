import { readdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { categorySchema } from '#contracts/category.ts';
import { type ItemSubmission, itemSubmissionSchema, type Thread } from '#contracts/item.ts';

/** What a careful person would say of the post. A demo is no evaluation set: it only shows whether the picture is plausible. */
export const expectations = ['benign', 'borderline', 'violating'] as const;
export type Expectation = (typeof expectations)[number];

export interface DemoPost {
  /** `spam-waves-03`: file and line. Also the item's `externalId`. */
  readonly id: string;
  readonly submission: ItemSubmission;
  readonly expect: Expectation;
  readonly category?: string;
  /** A file to be uploaded and shown under the text. */
  readonly picture?: URL;
}

const accountSchema = z.strictObject({
  displayName: z.string(),
  ageDays: z.number().min(0),
  followers: z.number().int().min(0),
  verified: z.boolean().optional(),
});
const threadFileSchema = z.strictObject({
  title: z.string(),
  messages: z.array(z.strictObject({ account: z.string(), text: z.string() })),
});
const lineSchema = z.strictObject({
  account: z.string(),
  surface: z.enum(['comment', 'post', 'chat', 'profile', 'direct_message', 'review']),
  locale: z.string(),
  thread: z.string().optional(),
  reach: z.strictObject({ views: z.number().int().min(0) }).optional(),
  text: z.string(),
  /** A file in `demo/pictures`. */
  picture: z
    .string()
    .regex(/^[a-z-]+\.jpg$/)
    .optional(),
  expect: z.enum(expectations),
  category: categorySchema.optional(),
  /** Posts of one wave are sent one after the other, in the order of the file. */
  wave: z.string().optional(),
});
type Line = z.infer<typeof lineSchema>;
type Account = z.infer<typeof accountSchema>;

const folder = new URL('.', import.meta.url);
const day = 86_400_000;
const threadSpacingMs = 20 * 60_000;

const readJson = <T extends z.ZodType>(file: string, schema: T): z.output<T> =>
  schema.parse(JSON.parse(readFileSync(new URL(file, folder), 'utf8')));

const readLines = (): { readonly id: string; readonly line: Line }[] => {
  const posts = new URL('posts/', folder);
  return readdirSync(posts)
    .filter((file) => file.endsWith('.jsonl'))
    .sort()
    .flatMap((file) =>
      readFileSync(new URL(file, posts), 'utf8')
        .split('\n')
        .filter((row) => row !== '')
        .map((row, index) => {
          const number = String(index + 1).padStart(2, '0');
          const parsed = lineSchema.safeParse(JSON.parse(row));
          if (!parsed.success) {
            throw new Error(`demo/posts/${file} line ${number} is not a post: ${z.prettifyError(parsed.error)}`);
          }
          return { id: `${file.replace('.jsonl', '')}-${number}`, line: parsed.data };
        }),
    );
};

/** FNV-1a, 32 bits: an order that looks mixed and is the same on every machine. */
const hash = (text: string): number => {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  // A last mix, since short keys that differ in their last digit would otherwise lie side by side.
  value = Math.imul(value ^ (value >>> 16), 0x45d9f3b) >>> 0;
  return (value ^ (value >>> 16)) >>> 0;
};

const threadOf = (key: string, threads: Record<string, z.infer<typeof threadFileSchema>>, now: number): Thread => {
  const thread = threads[key];
  if (thread === undefined) throw new Error(`demo/threads.json has no thread \`${key}\``);
  return {
    id: `demo-${key}`,
    title: thread.title,
    messages: thread.messages.map((message, index) => ({
      accountId: message.account,
      text: message.text,
      at: new Date(now - (thread.messages.length - index) * threadSpacingMs).toISOString(),
    })),
  };
};

const accountOf = (key: string, accounts: Record<string, Account>, now: number) => {
  const account = accounts[key];
  if (account === undefined) throw new Error(`demo/accounts.json has no account \`${key}\``);
  const { ageDays, ...rest } = account;
  return { id: key, createdAt: new Date(now - Math.round(ageDays * day)).toISOString(), ...rest };
};

/**
 * The posts of an invented community, all written for this repository, in a fixed mixed order in which every spam wave stays together.
 *
 * @param now milliseconds since the epoch; ages of accounts and threads count back from it. The same `now` gives the same posts.
 */
export const demoCommunity = (now: number = Date.now()): DemoPost[] => {
  const accounts = readJson('accounts.json', z.record(z.string(), accountSchema));
  const threads = readJson('threads.json', z.record(z.string(), threadFileSchema));
  return readLines()
    .map((entry, index) => ({ ...entry, index, order: hash(entry.line.wave ?? entry.id) }))
    .sort((left, right) => left.order - right.order || left.index - right.index)
    .map(({ id, line }) => {
      const account = accountOf(line.account, accounts, now);
      return {
        id,
        submission: itemSubmissionSchema.parse({
          externalId: `demo-${id}`,
          account,
          surface: line.surface,
          locale: line.locale,
          ...(line.thread === undefined ? {} : { thread: threadOf(line.thread, threads, now) }),
          reach: { followers: account.followers, ...line.reach },
          parts: [{ id: 'body', kind: 'text', text: line.text }],
        }),
        expect: line.expect,
        ...(line.category === undefined ? {} : { category: line.category }),
        ...(line.picture === undefined ? {} : { picture: new URL(`pictures/${line.picture}`, folder) }),
      };
    });
};
