import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { availableParallelism, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import type { Config } from '#platform/config.ts';
import { broken, type DoctorFinding, ok, warning } from './doctor-check.ts';

const neededNode = 24;
const gib = 1024 ** 3;

export const checkNode = (version: string = process.versions.node): DoctorFinding =>
  Number(version.split('.')[0]) >= neededNode
    ? ok('Node', `${version}, ${availableParallelism()} CPUs, ${(totalmem() / gib).toFixed(1)} GiB of memory`)
    : broken(
        'Node',
        `${version} is too old`,
        `Run it by \`npm start\` or \`npm run tidegate\`, which fetch Node ${neededNode}, or install that.`,
      );

/** The nearest folder above that exists: where a missing data folder would be made. */
const nearestFolder = (folder: string): string => (existsSync(folder) ? folder : nearestFolder(dirname(folder)));

const canWrite = (folder: string): boolean => {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

export const checkDataFolder = ({ dataDir }: Config): DoctorFinding => {
  const folder = nearestFolder(dataDir);
  if (!statSync(folder).isDirectory())
    return broken('Data folder', `${folder} is a file`, 'Set TIDEGATE_DATA_DIR to a folder.');
  if (!canWrite(folder)) {
    return broken(
      'Data folder',
      `${folder} cannot be written`,
      'Start Tidegate as its owner, or set TIDEGATE_DATA_DIR to another folder.',
    );
  }
  return ok('Data folder', folder === dataDir ? dataDir : `${dataDir}, made at the first start`);
};

const littleSpace = 2 * gib;
const noSpace = gib / 4;

export const checkDiskSpace = async ({ dataDir }: Config): Promise<DoctorFinding> => {
  const { bavail, bsize } = await statfs(nearestFolder(dataDir));
  const free = bavail * bsize;
  const detail = `${(free / gib).toFixed(1)} GiB free in ${dataDir}`;
  const remedy = 'Free some space, or move TIDEGATE_DATA_DIR to a larger disk: PostgreSQL stops when the disk is full.';
  if (free < noSpace) return broken('Disk space', detail, remedy);
  return free < littleSpace ? warning('Disk space', detail, remedy) : ok('Disk space', detail);
};

/** The key file must be readable by its owner only. */
export const checkSecretKey = ({ dataDir, secretKey }: Config): DoctorFinding => {
  if (secretKey !== undefined) return ok('Secret key', 'from TIDEGATE_SECRET_KEY');
  const file = join(dataDir, 'secret.key');
  const status = statSync(file, { throwIfNoEntry: false });
  if (status === undefined) return ok('Secret key', `${file}, made at the first start`);
  const mode = (status.mode & 0o777).toString(8).padStart(4, '0');
  if ((status.mode & 0o077) !== 0) {
    return broken(
      'Secret key',
      `${file} can be read by others (mode ${mode})`,
      `chmod 600 ${file}, and change the key if this machine has other users.`,
    );
  }
  return ok('Secret key', `${file}, mode ${mode}`);
};

const listens = (host: string, port: number): Promise<NodeJS.ErrnoException | undefined> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(error));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });

const isTidegate = async (host: string, port: number): Promise<boolean> => {
  const named = host.includes(':') ? `[${host}]` : host;
  try {
    const response = await fetch(`http://${named}:${port}/healthz`, {
      signal: AbortSignal.timeout(2_000),
      redirect: 'error',
    });
    const body = await response.text();
    return response.ok && /\bok\b/.test(body);
  } catch {
    return false;
  }
};

export const checkPort = async ({ host, port }: Pick<Config, 'host' | 'port'>): Promise<DoctorFinding> => {
  const error = await listens(host, port);
  if (error === undefined) return ok('Port', `${host}:${port} is free`);
  if (error.code === 'EADDRINUSE') {
    return (await isTidegate(host, port))
      ? ok('Port', `a Tidegate answers on ${host}:${port}`)
      : broken(
          'Port',
          `${host}:${port} is taken by another program`,
          'Stop that program, or choose another port with PORT or --port.',
        );
  }
  if (error.code === 'EACCES')
    return broken('Port', `${host}:${port} may not be used by this user`, 'Choose a port above 1023.');
  return broken(
    'Port',
    `${host} is no address of this machine (${error.code ?? error.message})`,
    'Set HOST to 127.0.0.1, or to 0.0.0.0 for every address.',
  );
};

export const checkVariables = ({ unknownVariables }: Config): DoctorFinding =>
  unknownVariables.length === 0
    ? ok('Configuration', 'every variable is known')
    : warning(
        'Configuration',
        `${unknownVariables.join(', ')} ${unknownVariables.length === 1 ? 'is' : 'are'} not known`,
        'See docs/configuration.md for the names.',
      );
