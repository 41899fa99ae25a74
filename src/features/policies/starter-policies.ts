import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PolicyDocument } from '#contracts/policy.ts';
import { parsePolicyDocument } from './load-policy.ts';

/** A policy file that comes with the product. `id` is the file's name without its ending; `source` its text. */
export interface StarterPolicy {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly source: string;
  readonly document: PolicyDocument;
}

/**
 * Reads the policies of a folder (`policies/` of the repository): the default first, then by name.
 * @throws Error naming file, line and fault of one that is not valid
 */
export const readStarterPolicies = async (folder: string): Promise<StarterPolicy[]> => {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.yaml'));
  const starters = await Promise.all(
    files.map(async (file): Promise<StarterPolicy> => {
      const source = await readFile(join(folder, file), 'utf8');
      const parsed = parsePolicyDocument(source);
      if ('errors' in parsed) {
        const [fault] = parsed.errors;
        throw new Error(`${join(folder, file)}, line ${fault?.line}: ${fault?.path}: ${fault?.message}`);
      }
      const { document } = parsed;
      return {
        id: file.slice(0, -'.yaml'.length),
        name: document.name,
        description: document.description,
        source,
        document,
      };
    }),
  );
  const rank = ({ id }: StarterPolicy): string => (id === 'default' ? '' : id);
  return starters.sort((one, other) => (rank(one) < rank(other) ? -1 : 1));
};
