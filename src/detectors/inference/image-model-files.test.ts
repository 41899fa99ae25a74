import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ModelFileError } from './errors.ts';
import { loadModelFile, readImageModelManifest } from './image-model-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'tidegate-model-'));
afterAll(() => rmSync(folder, { recursive: true }));

const models = join(import.meta.dirname, '../../../models');

const manifestWith = (files: object): string => {
  const path = join(folder, 'model.json');
  writeFileSync(path, JSON.stringify({ format: 'tidegate-image-model/1', detector: 'd', version: '1', files }));
  return path;
};

describe('the files of the image models', () => {
  test.each(['image-nsfw', 'image-opennsfw'])('%s: each is there, as its manifest describes it', (model) => {
    const path = join(models, model, 'model.json');
    const { files } = readImageModelManifest(path);
    expect(Object.keys(files).length).toBeGreaterThan(0);
    for (const [name, { bytes }] of Object.entries(files)) expect(loadModelFile(path, name)).toHaveLength(bytes);
  });

  test('a damaged, a missing and an unnamed file are told apart', () => {
    writeFileSync(join(folder, 'weights.onnx'), 'not what it was');
    const path = manifestWith({
      damaged: { file: 'weights.onnx', bytes: 1, sha256: '0'.repeat(64) },
      missing: { file: 'gone.onnx', bytes: 1, sha256: '0'.repeat(64) },
    });
    expect(() => loadModelFile(path, 'damaged')).toThrow(
      /weights\.onnx has the SHA-256 [0-9a-f]{64}, .* it is damaged/,
    );
    expect(() => loadModelFile(path, 'missing')).toThrow(/gone\.onnx cannot be read/);
    expect(() => loadModelFile(path, 'other')).toThrow(/names no file other/);
  });

  test('a manifest that is none, or leads out of its folder, is refused', () => {
    expect(() => readImageModelManifest(join(folder, 'nothing.json'))).toThrow(ModelFileError);
    for (const file of ['../../secret', 'assets/../../secret', '/etc/passwd']) {
      const path = manifestWith({ model: { file, bytes: 1, sha256: '0'.repeat(64) } });
      expect(() => readImageModelManifest(path), file).toThrow(ModelFileError);
    }
  });
});
