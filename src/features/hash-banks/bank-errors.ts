import {
  conflict,
  type FaultPlace,
  forbidden,
  invalidRequest,
  notFound,
  type ProblemError,
} from '#platform/http/problem-error.ts';

export const missingBank = (id: string): ProblemError =>
  notFound({ detail: `There is no hash bank ${id}.`, remedy: 'GET /v1/hash-banks lists those that there are.' });

export const missingEntry = (): ProblemError =>
  notFound({ detail: 'The bank has no entry of this id.', remedy: 'List its entries; somebody may have removed it.' });

export const missingMedia = (): ProblemError =>
  notFound({
    detail: 'There is no uploaded picture of this id.',
    remedy: 'Upload it (POST /v1/media), and give the `mediaId` of the answer.',
  });

export const takenBank = (id: string): ProblemError =>
  conflict({
    type: 'hash-bank-exists',
    detail: `There is a hash bank ${id} already.`,
    remedy: 'Choose another id, or edit that bank.',
    errors: [{ path: 'id', message: 'is taken' }],
  });

export const changedMeanwhile = (id: string, revision: number, wanted: number): ProblemError =>
  conflict({
    type: 'hash-bank-changed',
    detail: `The hash bank ${id} is at revision ${revision} now; your changes are based on revision ${wanted}.`,
    remedy: 'Load the bank, make your changes there, and save again.',
    errors: [{ path: 'revision', message: `the current revision is ${revision}` }],
  });

export const invalidBank = (faults: readonly [FaultPlace, ...FaultPlace[]]): ProblemError =>
  invalidRequest({
    type: 'invalid-hash-bank',
    detail: `The hash bank is not valid: ${faults[0].path}: ${faults[0].message}.`,
    remedy: 'Correct the fields named under `errors`; nothing was changed.',
    errors: faults,
  });

export const importRunning = (): ProblemError =>
  conflict({
    type: 'hash-bank-import-running',
    detail: 'Another list is being imported by this process.',
    remedy: 'Wait for it to end, and send the list again.',
  });

export const hiddenHashes = (): ProblemError =>
  forbidden({
    detail: 'The hashes of a bank of child sexual abuse material are listed only to administrators and the legal role.',
    remedy: 'Ask an administrator, or somebody of the legal role.',
  });

export const noRoom = (room: number): ProblemError =>
  invalidRequest({
    type: 'hash-banks-full',
    detail: `There is room for ${room} more entries in all banks together.`,
    remedy: 'Delete banks that are not needed; nothing was changed.',
  });
