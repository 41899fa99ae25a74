import { createHash } from 'node:crypto';
import type { FrameHash, ImageFacts } from '#contracts/media.ts';
import { formatHash256 } from '#engine/hash/hash256.ts';
import { pdqHash, pdqOrientations } from '#engine/hash/pdq.ts';
import type { ClaimedFile, RgbImage } from '#engine/ports/image-sandbox.ts';
import type { ImageLimits } from '../limits.ts';
import { readClaims } from './exif-claims.ts';
import { fileSignsOf } from './file-signs.ts';
import { framesOf } from './frames.ts';
import { openPicture } from './picture.ts';

const turned = pdqOrientations.filter((orientation) => orientation !== 'original');

const hashOf = (frame: number, image: RgbImage): FrameHash => {
  const { hex, quality, orientations } = pdqHash(image);
  return { frame, pdq: hex, quality, rotations: turned.map((name) => formatHash256(orientations[name])) };
};

/** Everything that is known of the file without keeping its pixels. @throws ImageFaultError */
export const examineFile = async (
  bytes: Uint8Array,
  claimed: ClaimedFile,
  limits: ImageLimits,
): Promise<ImageFacts> => {
  const picture = await openPicture(bytes, limits);
  const hashes: FrameHash[] = [];
  let anyDamaged = false;
  for await (const { frame, image, damaged } of framesOf(picture, limits)) {
    hashes.push(hashOf(frame, image));
    anyDamaged ||= damaged;
  }
  const { type, container, width, height, frames } = picture;
  return {
    sha256: createHash('sha256').update(bytes).digest('hex'),
    md5: createHash('md5').update(bytes).digest('hex'),
    type,
    bytes: bytes.length,
    width,
    height,
    frames,
    hashes,
    claims: readClaims(picture.exif, picture.xmp),
    signs: fileSignsOf({ bytes, type, container, claimed, width, height, frames, damaged: anyDamaged }),
  };
};
