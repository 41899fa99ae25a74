import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { type AuditCheckpoint, auditCheckpointSchema, type CheckpointKey } from './audit-checkpoint.ts';

/** What the exported checkpoints say. */
export interface CheckpointEvidence {
  /** Those with a good signature. */
  readonly checkpoints: readonly AuditCheckpoint[];
  /** Lines that are no checkpoint of ours. */
  readonly faults: readonly { readonly line: number; readonly sequence: number; readonly explanation: string }[];
}

/** No file yet. */
export const noEvidence: CheckpointEvidence = { checkpoints: [], faults: [] };

/** Where an installation keeps its checkpoints: in the data folder, apart from the database that they vouch for. */
export const checkpointFile = (dataDir: string): string => join(dataDir, 'audit-checkpoints.jsonl');

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** Adds one line to the checkpoint file (JSON, mode 0600) and waits until it is on disk. A torn last line is completed first. */
export const writeCheckpoint = async (path: string, checkpoint: AuditCheckpoint): Promise<void> => {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const file = await open(path, 'a+', 0o600);
  try {
    const { size } = await file.stat();
    const last = Buffer.alloc(1);
    if (size > 0) await file.read(last, 0, 1, size - 1);
    const torn = size > 0 && last[0] !== 0x0a;
    await file.appendFile(`${torn ? '\n' : ''}${JSON.stringify(checkpoint)}\n`);
    await file.datasync();
  } finally {
    await file.close();
  }
};

const parseLine = (line: string, key: CheckpointKey): AuditCheckpoint | { sequence: number; explanation: string } => {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { sequence: 0, explanation: 'it is not JSON' };
  }
  const parsed = auditCheckpointSchema.safeParse(value);
  if (!parsed.success) return { sequence: 0, explanation: 'it has not the fields of a checkpoint' };
  if (key.verify(parsed.data)) return parsed.data;
  const explanation =
    parsed.data.key === key.id ? 'its signature does not hold' : `it was signed by another key (${parsed.data.key})`;
  return { sequence: parsed.data.sequence, explanation };
};

/** The prefixes that a write cut short by a crash can leave; such a line proves nothing and is no sign of tampering. */
const isTorn = (line: string): boolean => line.startsWith('{"sequence":'.slice(0, line.length)) && !line.endsWith('}');

/** Reads and checks every exported checkpoint. A missing file is no evidence, not a fault. */
export const readCheckpoints = async (path: string, key: CheckpointKey): Promise<CheckpointEvidence> => {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return noEvidence;
    throw error;
  }
  const checkpoints: AuditCheckpoint[] = [];
  const faults: { line: number; sequence: number; explanation: string }[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    // Each signature takes some 50 us; let others have their turn.
    if (index % 200 === 199) await setImmediate();
    if (line === '' || isTorn(line)) continue;
    const result = parseLine(line, key);
    if ('signature' in result) checkpoints.push(result);
    else {
      const explanation = `line ${index + 1} of the checkpoint file does not count: ${result.explanation}`;
      faults.push({ line: index + 1, sequence: result.sequence, explanation });
    }
  }
  return { checkpoints, faults };
};
