import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { fixturesFolder } from '#test/support/fixtures.ts';
import { hammingDistance, parseHash256 } from './hash256.ts';
import { type PdqHash, pdqHash, pdqMatchDistance, pdqMinimumQuality, pdqOrientations } from './pdq.ts';

interface Reference {
  readonly hash: string;
}
interface Vector {
  readonly file: string;
  readonly cpp_reference_built_here: Reference & { readonly quality: number };
  readonly threatexchange_readme?: Reference;
  readonly rust_and_java_test?: Reference;
  readonly pdqhash_python_test?: Reference;
}

const folder = fixturesFolder();
const media = join(folder ?? '', 'media');
const vectors: readonly Vector[] =
  folder === undefined ? [] : JSON.parse(readFileSync(join(media, 'pdq/vectors.json'), 'utf8')).vectors;

const hashFile = async (file: string): Promise<PdqHash & { readonly longestSide: number }> => {
  const { data, info } = await sharp(join(media, file))
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect(info.channels).toBe(3);
  return {
    ...pdqHash({ data, width: info.width, height: info.height }),
    longestSide: Math.max(info.width, info.height),
  };
};

describe.skipIf(folder === undefined)('reference vectors', () => {
  test('there are vectors', () => expect(vectors.length).toBeGreaterThanOrEqual(20));

  // The reference takes every n-th pixel of a picture over 512 pixels before it filters; the other ports, and we, filter all of them.
  test.each(vectors)('$file', async (vector) => {
    const { bits, quality, longestSide } = await hashFile(vector.file);
    const distanceTo = ({ hash }: Reference): number => hammingDistance(bits, parseHash256(hash));
    const tolerance = longestSide > 512 ? 12 : 2;
    expect(distanceTo(vector.cpp_reference_built_here)).toBeLessThanOrEqual(tolerance);
    expect(quality).toBe(vector.cpp_reference_built_here.quality);
    if (vector.threatexchange_readme) expect(distanceTo(vector.threatexchange_readme)).toBeLessThanOrEqual(12);
    if (vector.rust_and_java_test) expect(distanceTo(vector.rust_and_java_test)).toBeLessThanOrEqual(2);
    if (vector.pdqhash_python_test) expect(distanceTo(vector.pdqhash_python_test)).toBeLessThanOrEqual(2);
  });

  test('a picture that was turned or mirrored matches the orientation of the original and no other', async () => {
    const turned = vectors.filter(({ file }) => file.includes('/dih/'));
    expect(turned).toHaveLength(pdqOrientations.length);
    const { orientations } = await hashFile(turned[0]!.file);
    for (const [index, { file }] of turned.entries()) {
      const { bits } = await hashFile(file);
      const distances = pdqOrientations.map((orientation) => hammingDistance(orientations[orientation], bits));
      expect(distances[index]).toBeLessThanOrEqual(12);
      for (const distance of distances.toSpliced(index, 1)) expect(distance).toBeGreaterThan(pdqMatchDistance + 50);
    }
  });

  test('a picture without content is to be discarded', async () => {
    expect((await hashFile('pdq/misc/small.jpg')).quality).toBeLessThan(pdqMinimumQuality);
  });
});
