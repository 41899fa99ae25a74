import { randomBytes } from 'node:crypto';
import { chmodSync, linkSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, ConfigError, readSecretKey, type Secret } from './config.ts';
import { errorCode } from './database/database-errors.ts';
import { makeDataFolder } from './database/embedded-location.ts';

/**
 * The secret key: the configured one, else the one in `secret.key` in the data folder, which is made where it is missing.
 *
 * @throws ConfigError when the file cannot be used as it is.
 */
export function provideSecretKey(config: Pick<Config, 'dataDir' | 'secretKey'>): Secret<Buffer> {
  if (config.secretKey !== undefined) return config.secretKey;
  const file = join(config.dataDir, 'secret.key');
  return readKeyFile(file) ?? makeKeyFile(config.dataDir, file);
}

function readKeyFile(file: string): Secret<Buffer> | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw new ConfigError(
      file,
      `cannot be read (${errorCode(error)})`,
      'Start Tidegate as the user who owns it, or set TIDEGATE_SECRET_KEY.',
    );
  }
  // A copy or a restored backup may have opened it to others.
  if ((statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600);
  return readSecretKey(text, file);
}

function makeKeyFile(dataDir: string, file: string): Secret<Buffer> {
  const draft = `${file}.${process.pid}.new`;
  try {
    makeDataFolder(dataDir);
    writeFileSync(draft, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flush: true });
    // A link fails where the file exists: of two processes that start at once, one key wins, and it is always whole.
    linkSync(draft, file);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') {
      throw new ConfigError(
        file,
        `cannot be made (${errorCode(error)})`,
        'Set TIDEGATE_DATA_DIR to a folder that can be written, or set TIDEGATE_SECRET_KEY.',
      );
    }
  } finally {
    rmSync(draft, { force: true });
  }
  return readKeyFile(file)!;
}
