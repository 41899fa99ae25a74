import { stringify } from 'yaml';
import type { Category } from '#contracts/category.ts';
import { type PolicyDocument, policyDocumentSchema } from '#contracts/policy.ts';
import { isStorableText } from '#contracts/primitives.ts';
import { compileRule, createRuleScope, isRuleFault } from '#engine/rules/compile-rule.ts';
import { type DocumentFault, readYaml } from '#platform/read-yaml.ts';
import { faultsOfIssue, readablePath } from '#platform/value-path.ts';

export type ParsedPolicy = { readonly document: PolicyDocument } | { readonly errors: readonly DocumentFault[] };

type LineOf = (path: readonly PropertyKey[]) => number | null;
const maximumFaults = 100;

/** Texts that the database could not keep as they are. */
const unstorable = (value: unknown, path: readonly PropertyKey[]): (readonly PropertyKey[])[] => {
  if (typeof value === 'string') return isStorableText(value) ? [] : [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => {
    const place = [...path, Array.isArray(value) ? Number(key) : key];
    return isStorableText(key) ? unstorable(member, place) : [path];
  });
};

/** What an installation has, where the check is made for one. */
export interface PolicySurroundings {
  /**
   * The installed detectors by id, with the categories that each judges; null where lists or rules decide that. Without them, `requires`
   * may name any.
   */
  readonly detectors?: ReadonlyMap<string, ReadonlySet<Category> | null> | undefined;
}

/** Faults that the schema cannot see: rules that do not check, names of categories and detectors that are not there. */
const semanticFaults = (
  document: PolicyDocument,
  lineOf: LineOf,
  { detectors }: PolicySurroundings,
): DocumentFault[] => {
  const faults: DocumentFault[] = [];
  const add = (path: readonly PropertyKey[], message: string) =>
    faults.push({ path: readablePath(path), message, line: lineOf(path) });
  const categories = new Set(Object.keys(document.categories));
  const scope = createRuleScope();
  document.rules.forEach((rule, index) => {
    const result = compileRule(rule, { scope, categories });
    if (!isRuleFault(result)) return;
    const place = result.position === null ? '' : ` (character ${result.position + 1} of the expression)`;
    add(['rules', index, 'when'], `${result.message}${place}`);
  });
  for (const [category, { requires }] of Object.entries(document.categories)) {
    for (const [kind, required] of Object.entries(requires)) {
      required.forEach((detector, index) => {
        if (detectors === undefined) return;
        const path = ['categories', category, 'requires', kind, index];
        const judged = detectors.get(detector);
        if (judged === undefined) {
          // Such a category could never be clear, and every item would wait for a person.
          add(path, `unknown detector \`${detector}\`; installed are ${[...detectors.keys()].sort().join(', ')}`);
        } else if (judged !== null && !judged.has(category)) {
          // Such a category would always be found clear, by a detector that never looks for it.
          add(path, `\`${detector}\` does not judge \`${category}\`; it judges ${[...judged].sort().join(', ')}`);
        }
      });
    }
  }
  for (const category of Object.keys(document.fusion)) {
    if (!categories.has(category)) add(['fusion', category], `unknown category \`${category}\``);
  }
  document.clears.forEach((category, index) => {
    if (!categories.has(category)) add(['clears', index], `unknown category \`${category}\``);
  });
  for (const path of unstorable(document, [])) add(path, 'must be well-formed Unicode without U+0000');
  return faults;
};

const validate = (value: unknown, lineOf: LineOf, surroundings: PolicySurroundings): ParsedPolicy => {
  const result = policyDocumentSchema.safeParse(value);
  if (!result.success) {
    const faults = result.error.issues.flatMap(faultsOfIssue).slice(0, maximumFaults);
    return { errors: faults.map(({ path, message }) => ({ path: readablePath(path), message, line: lineOf(path) })) };
  }
  const errors = semanticFaults(result.data, lineOf, surroundings);
  return errors.length > 0 ? { errors: errors.slice(0, maximumFaults) } : { document: result.data };
};

/** Checks a policy that came as an object: schema, rules, references. Never throws; faults carry no line. */
export const checkPolicyDocument = (value: unknown, surroundings: PolicySurroundings = {}): ParsedPolicy =>
  validate(value, () => null, surroundings);

/** Reads and checks the text of a policy file, YAML or JSON. Never throws; each fault names path, reason and line. */
export const parsePolicyDocument = (text: string, surroundings: PolicySurroundings = {}): ParsedPolicy => {
  const read = readYaml(text);
  return 'faults' in read ? { errors: read.faults } : validate(read.value, read.lineOf, surroundings);
};

/** The policy as the text of a YAML file that `parsePolicyDocument` reads back to an equal document. */
export const formatPolicyDocument = (document: PolicyDocument): string =>
  stringify(document, { lineWidth: 120, aliasDuplicateObjects: false });
