import { type ESTree, parseSync } from 'vite';

/** A test file by its path in the repository. */
export interface TestSource {
  readonly path: string;
  readonly source: string;
}

/** A test that runs, with the titles of the suites around it. */
export interface FoundTest {
  readonly path: string;
  readonly title: string;
}

const suites = new Set(['describe', 'suite']);
const tests = new Set(['it', 'test']);
/** What is marked so does not run, or not always, or passes when it fails. */
const excused = new Set(['skip', 'skipIf', 'runIf', 'todo', 'fails']);

interface Callee {
  readonly name: string;
  readonly modifiers: readonly string[];
}

/** `it.concurrent.each([...])(` is `it` with `concurrent` and `each`. */
const calleeOf = (node: ESTree.Expression | ESTree.Super): Callee | undefined => {
  if (node.type === 'Identifier') return { name: node.name, modifiers: [] };
  if (node.type === 'CallExpression') return calleeOf(node.callee);
  if (node.type === 'TaggedTemplateExpression') return calleeOf(node.tag);
  if (node.type !== 'MemberExpression' || node.property.type !== 'Identifier') return undefined;
  const inner = calleeOf(node.object);
  return inner === undefined ? undefined : { name: inner.name, modifiers: [...inner.modifiers, node.property.name] };
};

/** What stands in a title as it is; expressions of a template leave a gap. */
const titleOf = (node: ESTree.Argument | undefined): string => {
  if (node?.type === 'Literal' && typeof node.value === 'string') return node.value;
  if (node?.type === 'TemplateLiteral') return node.quasis.map(({ value }) => value.cooked ?? '').join(' ');
  return '';
};

const isNode = (value: unknown): value is ESTree.Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

const childrenOf = (node: ESTree.Node): ESTree.Node[] => Object.values(node).flat().filter(isNode);

const isFunction = (node: ESTree.Argument): boolean =>
  node.type === 'ArrowFunctionExpression' || node.type === 'FunctionExpression';

/** Whether there is a call in it at all: a test that does nothing shows nothing. */
const doesSomething = (node: ESTree.Node): boolean =>
  node.type === 'CallExpression' || childrenOf(node).some(doesSomething);

const walk = (node: ESTree.Node, around: readonly string[], found: (title: string) => void): void => {
  if (node.type === 'CallExpression') {
    const callee = calleeOf(node.callee);
    const isSuite = callee !== undefined && suites.has(callee.name);
    const isTest = callee !== undefined && tests.has(callee.name);
    const body = node.arguments.find(isFunction);
    if ((isSuite || isTest) && body !== undefined) {
      if (callee.modifiers.some((modifier) => excused.has(modifier))) return;
      const titles = [...around, titleOf(node.arguments[0])];
      if (isSuite) walk(body, titles, found);
      else if (childrenOf(body).some(doesSomething)) found(titles.join(' > '));
      return;
    }
  }
  for (const child of childrenOf(node)) walk(child, around, found);
};

/** Every test of a file that runs unconditionally. @throws Error where the file cannot be parsed */
export const findTests = ({ path, source }: TestSource): FoundTest[] => {
  const { program, errors } = parseSync(path, source);
  if (errors.length > 0) throw new Error(`${path} cannot be parsed: ${errors[0]?.message}`);
  const titles: FoundTest[] = [];
  walk(program, [], (title) => titles.push({ path, title }));
  return titles;
};

/** What a file imports from. */
export const importsOf = ({ path, source }: TestSource): string[] =>
  parseSync(path, source).program.body.flatMap((node) =>
    node.type === 'ImportDeclaration' ? [node.source.value] : [],
  );

/** Requirements by id with the tests whose titles name them. */
export const testsByRequirement = (
  ids: readonly string[],
  found: readonly FoundTest[],
): ReadonlyMap<string, readonly FoundTest[]> =>
  new Map(ids.map((id) => [id, found.filter(({ title }) => new RegExp(`(?<![\\w.])${id}(?![\\w.])`).test(title))]));
