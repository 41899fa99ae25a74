import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parsePolicyDocument } from '#features/policies/index.ts';
import { composeLocalScorer, type LocalScorer } from '../../compose-evaluation.ts';
import { CommandError } from '../command-error.ts';

const shippedPolicy = resolve(import.meta.dirname, '../../../../policies/default.yaml');

/** Scores as the drop-in endpoints of a fresh installation do. @throws CommandError where the policy that ships is not whole */
export const openScorer = async (): Promise<LocalScorer> => {
  const parsed = parsePolicyDocument(await readFile(shippedPolicy, 'utf8'));
  if ('errors' in parsed)
    throw new CommandError('policies/default.yaml is not valid.', 'Restore it from the repository.');
  return composeLocalScorer(parsed.document);
};
