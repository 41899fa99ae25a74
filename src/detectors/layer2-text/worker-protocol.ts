import type { Classification } from './classify.ts';
import type { LanguageGuess } from './language.ts';

/** What a worker is started with. */
export interface WorkerSettings {
  readonly manifestPath: string;
}

export interface ClassifyRequest {
  readonly kind: 'classify';
  readonly batch: number;
  readonly texts: readonly string[];
}

/** A judged text. `durationMs` is the worker's own time for it. */
export interface JudgedText {
  readonly language: LanguageGuess;
  /** Absent where the text is reliably in a language that the model does not know. */
  readonly classification?: Classification;
  readonly durationMs: number;
}

/** One text's answer: what was found, or that this very text could not be processed. */
export type TextAnswer =
  | { readonly ok: true; readonly judged: JudgedText }
  | { readonly ok: false; readonly error: string };

export type WorkerMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'answers'; readonly batch: number; readonly answers: readonly TextAnswer[] };
