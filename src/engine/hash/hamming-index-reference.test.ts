import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fixturesFolder } from '#test/support/fixtures.ts';
import { HammingIndex } from './hamming-index.ts';
import { buildHammingIndex, smallestIndexed } from './hamming-index-data.ts';
import { bruteForce, lay, randomOf, someBits, withFlipped } from './hash-samples.fixture.ts';
import { type Hash256, parseHash256 } from './hash256.ts';

const folder = fixturesFolder();

/** The published hashes of pictures and of video frames; frames that follow each other are near-duplicates. */
const publishedHashes = (media: string): Hash256[] => {
  const frames = readdirSync(join(media, 'video/vpdq')).map((name) =>
    readFileSync(join(media, 'video/vpdq', name), 'utf8'),
  );
  const texts = [readFileSync(join(media, 'pdq/vectors.json'), 'utf8'), ...frames];
  return texts.flatMap((text) => text.match(/\b[0-9a-f]{64}\b/g) ?? []).map(parseHash256);
};

test.skipIf(folder === undefined)(
  'hashes of real pictures, and of ever more retouched ones, as brute force finds them',
  () => {
    const random = randomOf(6);
    const published = publishedHashes(join(folder ?? '', 'media'));
    expect(published.length).toBeGreaterThan(400);
    const retouched = published.flatMap((hash) =>
      Array.from({ length: 9 }, () => withFlipped(hash, someBits(random, random() % 60))),
    );
    const hashes = [...published, ...retouched];
    expect(hashes.length).toBeGreaterThan(smallestIndexed);
    const index = new HammingIndex(buildHammingIndex(lay(hashes)));
    for (const hash of published) {
      const query = withFlipped(hash, someBits(random, random() % 40));
      expect(index.search(query, 31, 1_000)).toEqual(bruteForce(hashes, query, 31, 1_000));
    }
  },
);
