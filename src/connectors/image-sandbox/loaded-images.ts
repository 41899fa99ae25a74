import type { PartFile } from '#engine/ports/detector.ts';
import {
  type ClaimedFile,
  ImageFaultError,
  type ImageSandbox,
  type ImageView,
  type StoredImages,
  type ViewOf,
} from '#engine/ports/image-sandbox.ts';

/** Pictures of this process only, by their SHA-256: for trials without a server. */
export class LoadedImages implements StoredImages {
  readonly #sandbox: ImageSandbox;
  readonly #files = new Map<string, Uint8Array>();

  constructor(sandbox: ImageSandbox) {
    this.#sandbox = sandbox;
  }

  /** Looks at the file and keeps it. `mediaId` is the name that a part has for it. @throws ImageFaultError */
  async add(mediaId: string, file: Uint8Array, claimed?: ClaimedFile): Promise<PartFile> {
    const facts = await this.#sandbox.examine(file, claimed);
    this.#files.set(facts.sha256, file);
    return { status: 'ok', mediaId, facts };
  }

  async view<View extends ImageView>(
    sha256: string,
    view: View,
    abort?: AbortSignal,
  ): Promise<readonly ViewOf<View>[]> {
    const file = this.#files.get(sha256);
    if (file === undefined) throw new ImageFaultError('not_an_image', 'There is no such picture here; add it first.');
    return this.#sandbox.view(file, view, abort);
  }
}
