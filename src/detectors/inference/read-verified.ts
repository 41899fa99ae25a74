import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ModelFileError } from './errors.ts';

/**
 * A model's file, its checksum verified.
 * @param sha256 in hex, as the manifest says it
 * @throws ModelFileError
 */
export const readVerified = (path: string, sha256: string, manifestPath: string): Buffer => {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw new ModelFileError(path, 'cannot be read', { cause });
  }
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== sha256) {
    throw new ModelFileError(path, `has the SHA-256 ${found}, ${manifestPath} says ${sha256}: it is damaged`);
  }
  return bytes;
};
