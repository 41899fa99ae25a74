/** A model's files are missing or not what its manifest says. No retry can help. */
export class ModelFileError extends Error {
  override readonly name = 'ModelFileError';
  readonly retryable = false;

  constructor(path: string, problem: string, options?: ErrorOptions) {
    super(`Model file ${path} ${problem}. Restore it from the release.`, options);
  }
}

/** Why content was not judged. `refused`: the model could not process this very content. */
export type InferenceFailure = 'crashed' | 'timeout' | 'overloaded' | 'aborted' | 'closed' | 'model' | 'refused';

/** Inference failed; `failure` says how, `retryable` whether the same content may work later. */
export class InferenceError extends Error {
  override readonly name = 'InferenceError';
  readonly failure: InferenceFailure;
  readonly retryable: boolean;

  constructor(failure: InferenceFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
    this.retryable = failure !== 'model' && failure !== 'closed' && failure !== 'refused';
  }
}
