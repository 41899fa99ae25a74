/** Where the models' manifests lie. */
export interface NsfwWorkerSettings {
  readonly firstManifest: string;
  readonly secondManifest: string;
}

/** Frames in the view that the model wants: red, green, blue per pixel, row by row, 0..255. */
export interface NsfwRequest {
  readonly model: 'first' | 'second';
  readonly frames: readonly Float32Array[];
}

/** The model's outputs, frame by frame. */
export type NsfwAnswer = readonly (readonly number[])[];
