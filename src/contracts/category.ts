import { z } from 'zod';

/** Categories that every installation knows. A policy may add its own keys beside them. */
export const builtInCategories = [
  'hate_speech',
  'harassment',
  'sexual',
  'violence',
  'self_harm',
  'spam',
  'misinformation',
  'csam',
  'ncii',
  'terrorism',
  'copyright',
  'personal_data',
] as const;

/** A key of the policy, for example `hate_speech`. */
export const categorySchema = z
  .string()
  .regex(/^[a-z][a-z0-9_]{1,39}$/, 'must be a lower-case key such as `hate_speech`')
  // Objects keyed by category are looked into with this name everywhere; one that every object has would be found where nothing is.
  .refine((key) => !(key in Object.prototype), 'must not be a name that every object has, such as `constructor`');
export type Category = z.infer<typeof categorySchema>;
