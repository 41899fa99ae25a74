import { type Algorithm, hash, verify } from '@node-rs/argon2';
import { unavailable } from '#platform/http/problem-error.ts';

/** OWASP Password Storage Cheat Sheet: argon2id, 19 MiB, two passes, one lane. */
const parameters = {
  // The package declares a const enum, which type stripping cannot read; 2 is Argon2id.
  algorithm: 2 satisfies Algorithm.Argon2id,
  memoryCost: 19_456,
  timeCost: 2,
  parallelism: 1,
};

/** Each takes 19 MiB and a thread of the pool that file and DNS work share, so only some at a time. */
const atOnce = 2;
const mostWaiting = 64;
let running = 0;
const waiting: (() => void)[] = [];

const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
  if (running >= atOnce) {
    if (waiting.length >= mostWaiting) {
      throw unavailable({
        detail: 'Too many people are signing in at this moment.',
        remedy: 'Try again in a few seconds.',
        retryAfterSeconds: 5,
      });
    }
    await new Promise<void>((resolve) => waiting.push(resolve));
  } else running += 1;
  try {
    return await work();
  } finally {
    // The place goes straight to the next in line, so that nobody slips in between.
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }
};

// People type the same character in more than one way; NFKC makes them one (NIST SP 800-63B, 5.1.1.2).
const normalise = (password: string): string => password.normalize('NFKC');

/** The hash to store, in PHC format. @throws ProblemError 503 when too many are being computed */
export const hashPassword = (password: string): Promise<string> => inTurn(() => hash(normalise(password), parameters));

let decoy: Promise<string> | undefined;

/**
 * Whether the password belongs to the stored hash. Without a hash it answers false after the same work, so that the time does
 * not tell whether there is such an account. @throws ProblemError 503 when too many are being computed
 */
export const isPasswordOf = async (stored: string | null, password: string): Promise<boolean> => {
  if (stored === null) {
    decoy ??= hashPassword('no account has this one');
    const against = await decoy.catch((error: unknown) => {
      decoy = undefined;
      throw error;
    });
    await inTurn(() => verify(against, normalise(password)));
    return false;
  }
  return inTurn(() => verify(stored, normalise(password)));
};
