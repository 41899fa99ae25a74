import type { JudgeSettings, JudgeTestAnswer, JudgeTier, JudgeWrite } from '#contracts/judge.ts';
import type { JudgeEndpoint } from '#engine/ports/language-model.ts';
import type { SealBroken } from '#platform/crypto/seal.ts';
import { conflict, invalidRequest, notFound, type ProblemError } from '#platform/http/problem-error.ts';

/** Really asks an endpoint, with a harmless sample. Never throws. */
export type JudgeProbe = (endpoint: JudgeEndpoint, abort: AbortSignal) => Promise<JudgeTestAnswer>;

/** The circuit breaker of this process. */
export type JudgeStateOf = (tier: JudgeTier) => JudgeSettings['breaker'];

/** Everything of a judge that is stored in the open. */
export type StoredSettings = Omit<JudgeWrite, 'apiKey' | 'revision'>;

const fault = (path: string, message: string, remedy: string): ProblemError =>
  invalidRequest({ type: 'invalid-judge', detail: `${path}: ${message}.`, remedy, errors: [{ path, message }] });

/** The address as it is stored: no slash at the end. @throws ProblemError 422 for one with a password, a query or a fragment */
const tidyBaseUrl = (text: string): string => {
  const url = new URL(text);
  if (url.username !== '' || url.password !== '')
    throw fault(
      'baseUrl',
      'must not carry a user name or password',
      'Set the key as `apiKey`; it is stored encrypted.',
    );
  // Not by `search` and `hash`: an empty one of them is still there when something is put behind it.
  if (/[?#]/.test(url.href))
    throw fault(
      'baseUrl',
      'must not have a query or fragment',
      'Give the base only, such as http://127.0.0.1:8080/v1.',
    );
  return url.href.replace(/\/+$/, '');
};

/**
 * Settings as they are stored.
 * @throws ProblemError 422 where they contradict themselves
 */
export const settingsOf = ({ apiKey, revision, ...write }: JudgeWrite): StoredSettings => {
  if (write.dailyCostUsd !== null && write.inputCostPerMillion === 0 && write.outputCostPerMillion === 0) {
    throw fault(
      'dailyCostUsd',
      'a cap needs prices: without them nothing ever counts as spent',
      'Set `inputCostPerMillion` and `outputCostPerMillion`, or leave the cap out for a server of your own.',
    );
  }
  return { ...write, baseUrl: tidyBaseUrl(write.baseUrl) };
};

/** A key goes to the server that it was set for and to no other: whoever changes the address has to know the key. @throws ProblemError 422 */
export const refuseKeyElsewhere = (wanted: JudgeWrite, before: StoredSettings | null, hasKey: boolean): void => {
  if (wanted.apiKey !== undefined || !hasKey || before === null) return;
  if (new URL(wanted.baseUrl).origin === new URL(before.baseUrl).origin) return;
  throw fault(
    'apiKey',
    'the stored key belongs to another server',
    'Send the key of the new server, or `null` where it takes none.',
  );
};

/** The stored key cannot be opened: the installation got another secret key since. */
export const keyUnreadable = ({ message, remedy }: SealBroken): ProblemError => fault('apiKey', message, remedy);

export const judgeMissing = (tier: JudgeTier): ProblemError =>
  notFound({ detail: `The ${tier} judge is not set up.`, remedy: `Set it up with PUT /v1/judges/${tier}.` });

/** @throws ProblemError 409 */
export const refuseOtherRevision = (tier: JudgeTier, current: number, wanted: number): void => {
  if (current === wanted) return;
  throw conflict({
    type: 'judge-changed',
    detail: `The ${tier} judge is at revision ${current}; your changes are based on revision ${wanted}.`,
    remedy: 'Load the settings, make your changes there, and save again.',
    errors: [{ path: 'revision', message: `the current revision is ${current}` }],
  });
};
