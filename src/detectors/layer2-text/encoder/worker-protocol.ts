interface NamedFile {
  readonly path: string;
  readonly sha256: string;
}

export interface EncoderWorkerSettings {
  /** For messages only. */
  readonly manifestPath: string;
  readonly weights: NamedFile;
  readonly vocabulary: NamedFile;
  /** JSON: characters to names. */
  readonly emojiNames: NamedFile;
  readonly heads: number;
  /** Special tokens among them. */
  readonly longestTokens: number;
}

/** One piece of work. A job is a list of them; each runs by itself, since a score must not depend on batch-mates. */
export type EncoderUnit =
  /** A text: scored at once if it is one window, else cut into windows for further units. */
  | { readonly kind: 'text'; readonly text: string; readonly hints: readonly number[] }
  /** A text only cut, its words told. */
  | { readonly kind: 'cut'; readonly text: string; readonly hints: readonly number[] }
  /** Token ids, special ones among them. */
  | { readonly kind: 'ids'; readonly ids: Int32Array };

/** Tokens of a window: where each lies in the text (UTF-16) and which word it belongs to. */
export interface WindowTokens {
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly words: Int32Array;
}

export interface CutWindow {
  /** Special tokens among them. */
  readonly ids: Int32Array;
  /** What the window stands for in the text, UTF-16 offsets. */
  readonly start: number;
  readonly end: number;
  /** For `cut` units. */
  readonly tokens?: WindowTokens;
}

export type EncoderUnitAnswer = { readonly durationMs: number } & (
  | { readonly kind: 'scores'; readonly scores: Float32Array }
  /** The windows to read, of `total`. */
  | { readonly kind: 'windows'; readonly windows: readonly CutWindow[]; readonly total: number }
  /** The model threw: the error's name. */
  | { readonly kind: 'refused'; readonly error: string }
);

export type EncoderRequest = readonly EncoderUnit[];
export type EncoderAnswer = readonly EncoderUnitAnswer[];
