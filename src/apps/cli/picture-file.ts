import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import type { ImageFacts } from '#contracts/media.ts';
import { ImageFaultError } from '#engine/ports/image-sandbox.ts';
import { CommandError, usageError } from './command-error.ts';

/** What is known of a picture on disk. Its file is decoded in a process of its own. @throws CommandError naming the file */
export const examinePicture = async (file: string): Promise<ImageFacts> => {
  const status = statSync(file, { throwIfNoEntry: false });
  if (status === undefined) throw usageError(`There is no file ${file}.`, 'Check the path.');
  if (!status.isFile()) throw usageError(`${file} is not a file.`, 'Name a picture.');
  // Loaded only here: `--help` need not wait for it.
  const { composeImageSandbox } = await import('#apps/compose.ts');
  const sandbox = composeImageSandbox();
  try {
    return await sandbox.examine(readFileSync(file), { fileName: basename(file) });
  } catch (error) {
    if (!(error instanceof ImageFaultError)) throw error;
    throw new CommandError(`${file} cannot be looked at: ${error.message}`, 'Give another picture.', { cause: error });
  } finally {
    await sandbox.close();
  }
};
