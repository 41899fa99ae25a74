import { createHash } from 'node:crypto';
import type { PartFile } from '#engine/ports/detector.ts';
import {
  type ClaimedFile,
  ImageFaultError,
  type ImageSandbox,
  type ImageView,
  type StoredImages,
  type ViewOf,
} from '#engine/ports/image-sandbox.ts';

/** A picture that is held in memory until it is let go of. */
interface HeldImage {
  readonly file: Extract<PartFile, { status: 'ok' }>;
  /** To be called once nobody looks at it any more; later calls do nothing. */
  release(): void;
}

interface Holding {
  readonly bytes: Uint8Array;
  holders: number;
}

/** Pictures in memory only, by their SHA-256, for those who store nothing. What is not among them is looked for in `otherwise`. */
export class LoadedImages implements StoredImages {
  readonly #sandbox: ImageSandbox;
  readonly #otherwise: StoredImages | undefined;
  readonly #files = new Map<string, Holding>();

  constructor(sandbox: ImageSandbox, otherwise?: StoredImages) {
    this.#sandbox = sandbox;
    this.#otherwise = otherwise;
  }

  /** Looks at the file and keeps it. `mediaId` is the name that a part has for it. @throws ImageFaultError */
  async add(mediaId: string, file: Uint8Array, claimed?: ClaimedFile): Promise<PartFile> {
    return (await this.hold(mediaId, file, claimed)).file;
  }

  /** The same until it is released; a picture that several hold is there for the last of them. @throws ImageFaultError */
  async hold(mediaId: string, bytes: Uint8Array, claimed?: ClaimedFile, abort?: AbortSignal): Promise<HeldImage> {
    const facts = await this.#sandbox.examine(bytes, claimed, abort);
    // The sandbox runs on hostile input. What the file is called by everywhere is what was hashed here.
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    if (facts.sha256 !== sha256) throw new ImageFaultError('crashed', 'the sandbox looked at another file');
    const holding = this.#files.get(sha256) ?? { bytes, holders: 0 };
    holding.holders += 1;
    this.#files.set(sha256, holding);
    let released = false;
    return {
      file: { status: 'ok', mediaId, facts },
      release: () => {
        if (released) return;
        released = true;
        holding.holders -= 1;
        if (holding.holders === 0) this.#files.delete(sha256);
      },
    };
  }

  async view<View extends ImageView>(
    sha256: string,
    view: View,
    abort?: AbortSignal,
  ): Promise<readonly ViewOf<View>[]> {
    const holding = this.#files.get(sha256);
    if (holding !== undefined) return this.#sandbox.view(holding.bytes, view, abort);
    if (this.#otherwise !== undefined) return this.#otherwise.view(sha256, view, abort);
    throw new ImageFaultError('not_an_image', 'There is no such picture here; add it first.');
  }
}
