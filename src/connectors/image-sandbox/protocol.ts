import { z } from 'zod';
import { imageFactsSchema } from '#contracts/media.ts';
import { type ClaimedFile, type ImageView, imageFaults } from '#engine/ports/image-sandbox.ts';
import type { ImageLimits } from './limits.ts';

/** What the decoder is asked; the file is the message's body. */
export type DecoderJob =
  | { readonly kind: 'examine'; readonly claimed: ClaimedFile }
  | { readonly kind: 'view'; readonly view: ImageView };

export interface DecoderRequest {
  readonly id: number;
  readonly job: DecoderJob;
}

/** `images`: one entry per frame; their bytes follow each other in the message's body. */
export const decoderAnswerSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ready') }),
  /** The process takes more memory than it may, and ends. */
  z.strictObject({ kind: z.literal('memory') }),
  z.strictObject({ kind: z.literal('facts'), id: z.number(), facts: imageFactsSchema }),
  z.strictObject({
    kind: z.literal('images'),
    id: z.number(),
    images: z
      .array(
        z.strictObject({
          width: z.number().int().min(1),
          height: z.number().int().min(1),
          bytes: z.number().int().min(1),
        }),
      )
      .min(1)
      .max(16),
  }),
  z.strictObject({
    kind: z.literal('fault'),
    id: z.number(),
    fault: z.enum(imageFaults),
    message: z.string().max(400),
  }),
]);
export type DecoderAnswer = z.infer<typeof decoderAnswerSchema>;

/** What a decoder process is started with. */
export interface DecoderSettings {
  readonly limits: ImageLimits;
  /** Resident memory of the process, bytes. */
  readonly maximumMemoryBytes: number;
}
