import type { RgbImage } from '#engine/ports/image-sandbox.ts';
import type { PlacedLine } from './read-picture.ts';

export interface TextWorkerSettings {
  readonly manifest: string;
}

/** The looked-at frames of one picture. */
export interface TextRequest {
  readonly frames: readonly RgbImage[];
}

export interface TextAnswer {
  /** Lines of every frame that was read; frames that look like one before them are not. */
  readonly frames: readonly (readonly PlacedLine[])[];
  /** More text was found than is read. */
  readonly truncated: boolean;
}
