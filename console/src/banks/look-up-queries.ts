import type { BankKind } from '#contracts/hash-bank.ts';
import { trialAnswerSchema } from '#contracts/items-api.ts';
import type { MediaAnswer } from '#contracts/media.ts';
import { request } from '../kit/api/client.ts';
import { hashMatchesOf } from '../kit/picture/picture-evidence.ts';
import { lookUp } from './bank-queries.ts';
import type { ParsedHash } from './parse-hashes.ts';

/** A bank that knows what was asked about. */
export interface Found {
  readonly bankId: string;
  readonly name: string;
  readonly kind: BankKind | null;
  readonly algorithm: ParsedHash['algorithm'];
  readonly distance: number;
  readonly behaviour: string;
  readonly quarantined: boolean;
}

/** Which banks know a hash. Distances count for PDQ only. */
export const lookUpHash = async ({ algorithm, hash }: ParsedHash, maximumDistance: number): Promise<Found[]> => {
  const { matches } = await lookUp({ [algorithm]: hash, maximumDistance });
  return matches.map(({ mode, ...match }) => ({ ...match, quarantined: mode === 'quarantine' }));
};

/**
 * Which banks know a picture. Its digests are looked up as such; what it looks like is found by a trial, in all its turned
 * and mirrored forms and with each bank's own limits, as it would be found in an item.
 */
export const lookUpPicture = async (media: MediaAnswer): Promise<Found[]> => {
  const [exact, trial] = await Promise.all([
    lookUp({ sha256: media.sha256, md5: media.md5, maximumDistance: 0 }),
    request('POST', '/v1/try', trialAnswerSchema, {
      body: { item: { surface: 'upload', parts: [{ id: 'picture', kind: 'image', mediaId: media.mediaId }] } },
    }),
  ]);
  const found = new Map<string, Found>();
  for (const { mode, ...match } of exact.matches) {
    found.set(`${match.bankId}:${match.algorithm}`, { ...match, quarantined: mode === 'quarantine' });
  }
  for (const { bank, algorithm, distance, behaviour } of hashMatchesOf(trial.trace)) {
    const key = `${bank}:${algorithm}`;
    if (found.has(key)) continue;
    found.set(key, {
      bankId: bank,
      name: bank,
      kind: null,
      algorithm,
      distance,
      behaviour,
      quarantined: behaviour === 'none',
    });
  }
  return [...found.values()].sort((a, b) => a.distance - b.distance);
};
