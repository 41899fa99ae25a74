import type { z } from 'zod';

/** A place in a value as people read it: `rules[2].effects[0].score`; the value itself is the empty text. */
export const readablePath = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : text === '' ? String(key) : `${text}.${String(key)}`),
    '',
  );

/** What is wrong at one place of a value. */
export interface PlacedFault {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** The faults of a schema's issue, each at its own place: unknown fields come as one issue of the object that has them. */
export const faultsOfIssue = (issue: z.core.$ZodIssue): readonly PlacedFault[] =>
  issue.code === 'unrecognized_keys'
    ? issue.keys.map((key) => ({
        path: [...issue.path, key],
        message: 'unknown field; remove it or check its spelling',
      }))
    : [{ path: issue.path, message: issue.message }];
