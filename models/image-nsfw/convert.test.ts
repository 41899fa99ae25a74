import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { convert } from './convert.ts';
import { readNsfwjs } from './keras-model.ts';

test('the model that ships is what the conversion makes of the nsfwjs package, byte by byte', () => {
  const made = convert(readNsfwjs(resolve(import.meta.dirname, '../../node_modules/nsfwjs')));
  expect(Buffer.compare(made, readFileSync(join(import.meta.dirname, 'model.onnx')))).toBe(0);
});
