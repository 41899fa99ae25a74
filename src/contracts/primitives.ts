import { z } from 'zod';

/** Characters that may not stand in an identifier: control, format, unassigned, private use and lone surrogates. */
const visible = /^[^\p{C}\p{Zl}\p{Zp}]+$/u;

/** A lone surrogate has no UTF-8 form, and PostgreSQL cannot store U+0000: such text would not survive being recorded. */
export const isStorableText = (text: string): boolean => text.isWellFormed() && !text.includes('\u0000');

/** An identifier from outside: 1 to 200 visible characters. */
export const externalIdentifier = z
  .string()
  .min(1)
  .max(200)
  .regex(visible, 'must be visible characters: no control, format or private-use characters');

/** A name that people read and type: 1 to 120 visible characters. */
export const displayName = z.string().trim().min(1).max(120).regex(visible, 'must be visible characters');

/** One of our own keys, as in `hate_speech` or `direct_message`. */
export const slug = z.string().regex(/^[a-z][a-z0-9_]{0,59}$/, 'must be a lower-case key such as `direct_message`');

/** Free text that can be stored: well-formed Unicode without U+0000. */
export const storableText = (maximum: number) =>
  z
    .string()
    .max(maximum)
    .refine(isStorableText, 'must be well-formed Unicode without U+0000; remove lone surrogates before sending');

export const identifier = z.uuid();
export const probability = z.number().min(0).max(1);

/** Clocks on Earth are at most 14 hours from UTC. */
const farthestOffset = /[+-](?:0\d|1[0-3]):\d\d$|[+-]14:00$|Z$/;
/** ISO 8601 with an offset: a moment that a database can hold too, so from the year 1 on. */
export const timestamp = z.iso
  .datetime({ offset: true })
  .refine(
    (text) => !text.startsWith('0000') && farthestOffset.test(text),
    'must be a time from the year 0001 on, at most 14 hours from UTC',
  );

/** Cursor paging: pass `cursor` from the previous page's `nextCursor`. */
export const pageQuery = z.object({
  cursor: z.string().max(400).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

export const page = <T extends z.ZodType>(entry: T) =>
  z.object({ entries: z.array(entry), nextCursor: z.string().nullable() });
