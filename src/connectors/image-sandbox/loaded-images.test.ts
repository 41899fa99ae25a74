import { afterAll, describe, expect, it } from 'vitest';
import type { ImageSandbox, StoredImages } from '#engine/ports/image-sandbox.ts';
import { photoJpeg } from '#test/support/pictures.ts';
import { createImageSandbox } from './image-sandbox.ts';
import { LoadedImages } from './loaded-images.ts';

const sandbox = createImageSandbox();
afterAll(() => sandbox.close());
const picture = await photoJpeg(7, { width: 64, height: 48 });
const view = { kind: 'rgb', maximumSide: 32 } as const;

describe('pictures in memory', () => {
  it('are there until the last holder lets go, however often the others do', async () => {
    const images = new LoadedImages(sandbox);
    const [one, two] = await Promise.all([images.hold('a', picture), images.hold('b', Uint8Array.from(picture))]);
    const { sha256 } = one.file.facts;
    expect(two.file.facts.sha256).toBe(sha256);
    one.release();
    one.release();
    expect(await images.view(sha256, view)).toMatchObject([{ width: 32, height: 24 }]);
    two.release();
    await expect(images.view(sha256, view)).rejects.toMatchObject({ fault: 'not_an_image' });
  });

  it('come before those that are stored, which are asked for all others', async () => {
    const asked: string[] = [];
    const stored: StoredImages = {
      view: async (sha256) => {
        asked.push(sha256);
        return [];
      },
    };
    const images = new LoadedImages(sandbox, stored);
    const { file, release } = await images.hold('a', picture);
    expect(await images.view(file.facts.sha256, view)).toHaveLength(1);
    expect(asked).toEqual([]);
    release();
    expect(await images.view(file.facts.sha256, view)).toEqual([]);
    expect(asked).toEqual([file.facts.sha256]);
  });

  it('are called by what was hashed here, not by what the sandbox says', async () => {
    const lying: ImageSandbox = {
      examine: async (...given) => ({ ...(await sandbox.examine(...given)), sha256: 'ab'.repeat(32) }),
      view: (...given) => sandbox.view(...given),
      close: async () => {},
    };
    await expect(new LoadedImages(lying).hold('a', picture)).rejects.toMatchObject({ fault: 'crashed' });
  });

  it('are not kept where they cannot be looked at', async () => {
    await expect(new LoadedImages(sandbox).hold('a', Buffer.from('no picture'))).rejects.toMatchObject({
      fault: 'not_an_image',
    });
  });
});
