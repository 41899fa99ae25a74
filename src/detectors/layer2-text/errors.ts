/** The model's files are missing or not what they should be. No retry can help. */
export class ModelFileError extends Error {
  override readonly name = 'ModelFileError';
  readonly retryable = false;

  constructor(path: string, problem: string, options?: ErrorOptions) {
    super(`Model file ${path} ${problem}. Restore models/text-ngram from the release, or train it again.`, options);
  }
}

/** The weights are not the ones that the manifest was written for. No retry can help. */
export class ModelChecksumError extends Error {
  override readonly name = 'ModelChecksumError';
  readonly retryable = false;

  constructor(path: string, expected: string, found: string) {
    super(
      `Checksum of ${path} is ${found}, model.json says ${expected}: the file is damaged or was exchanged. ` +
        'Restore models/text-ngram from the release, or train it again.',
    );
  }
}

/** Why a text was not judged: the worker died, ran out of time, was overloaded, or the caller gave up. */
export type ClassifierFailure = 'crashed' | 'timeout' | 'overloaded' | 'aborted' | 'closed' | 'model';

/** Inference failed; `failure` says how, `retryable` whether the same text may work later. */
export class ClassifierError extends Error {
  override readonly name = 'ClassifierError';
  readonly failure: ClassifierFailure;
  readonly retryable: boolean;

  constructor(failure: ClassifierFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
    this.retryable = failure !== 'model' && failure !== 'closed';
  }
}
