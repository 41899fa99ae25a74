import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { readablePath } from './value-path.ts';

/** A fault in a document, with the line it stands on (from 1); null where the document came as an object. */
export interface DocumentFault {
  readonly path: string;
  readonly message: string;
  readonly line: number | null;
}

type Path = readonly (string | number)[];

/** Plain data read from a text, and where each part of it stands. */
export interface ReadDocument {
  readonly value: unknown;
  /** Line of the node at the path, or of the nearest one above it. */
  readonly lineOf: (path: readonly PropertyKey[]) => number | null;
}

const maximumLength = 2_000_000;
const maximumDepth = 32;
const maximumNodes = 200_000;

const nestedTooDeeply = 'the document nests too deeply';

class Refused extends Error {
  readonly path: Path;
  readonly offset: number | undefined;
  constructor(message: string, path: Path, offset?: number) {
    super(message);
    this.path = path;
    this.offset = offset;
  }
}

/** Marks of structure are counted before anything is parsed, since the parser itself has no limits. */
const refuseTooLarge = (text: string): void => {
  if (text.length > maximumLength) {
    throw new Refused(`the document is longer than ${maximumLength} characters`, []);
  }
  let marks = 0;
  let depth = 0;
  let dashes = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 0x5b || code === 0x7b) depth += 1;
    else if (code === 0x5d || code === 0x7d) depth = Math.max(0, depth - 1);
    else if (code === 0x0a) dashes = 0;
    // `- - - x` and `? ? ? x` nest without brackets.
    else if (code === 0x2d || code === 0x3f) dashes += 1;
    else if (code !== 0x2c && code !== 0x3a) continue;
    marks += 1;
    // Brackets in texts and patterns are rarely balanced: what is really nested is checked again on the tree.
    if (depth > 1_000 || dashes > 2_000) throw new Refused(nestedTooDeeply, [], index);
    if (marks > maximumNodes * 2) throw new Refused('the document has too many entries', [], index);
  }
};

class TreeReader {
  readonly starts = new Map<string, number>();
  #nodes = 0;

  read(node: Node | null, path: Path): unknown {
    this.#nodes += 1;
    const offset = node?.range?.[0];
    if (offset !== undefined && !this.starts.has(readablePath(path))) this.starts.set(readablePath(path), offset);
    if (path.length > maximumDepth) throw new Refused(`nested deeper than ${maximumDepth} levels`, path, offset);
    if (this.#nodes > maximumNodes) throw new Refused('the document has too many entries', path, offset);
    if (node === null) return null;
    if (isAlias(node)) throw new Refused('aliases (`*name`) are not taken; write the value out', path, offset);
    if (isScalar(node)) return node.value;
    if (isSeq(node)) return node.items.map((entry, index) => this.read(entry as Node | null, [...path, index]));
    if (isMap(node)) return this.#readMap(node.items as { key: Node; value: Node | null }[], path);
    throw new Refused('this kind of value is not taken', path, offset);
  }

  #readMap(pairs: readonly { key: Node | null; value: Node | null }[], path: Path): Record<string, unknown> {
    const object: Record<string, unknown> = {};
    for (const { key, value } of pairs) {
      const offset = key?.range?.[0];
      if (!isScalar(key) || !['string', 'number', 'boolean'].includes(typeof key.value)) {
        throw new Refused('a key must be plain text', path, offset);
      }
      const name = String(key.value);
      if (name === '__proto__') throw new Refused('this key is not allowed', path, offset);
      if (Object.hasOwn(object, name)) throw new Refused(`the key \`${name}\` is used twice`, [...path, name], offset);
      if (offset !== undefined) this.starts.set(readablePath([...path, name]), offset);
      object[name] = this.read(value, [...path, name]);
    }
    return object;
  }
}

const syntaxFaults = (parsed: Document, lineOfOffset: (offset: number) => number): DocumentFault[] =>
  [...parsed.errors, ...parsed.warnings].slice(0, 20).map((error) => ({
    path: '',
    // The parser recurses and reports the end of its stack as a fault of the text.
    message: error.message.includes('call stack')
      ? nestedTooDeeply
      : (error.message.split(/ at line \d+| *\n/)[0] ?? 'not valid YAML'),
    line: lineOfOffset(error.pos[0]),
  }));

/**
 * Reads YAML 1.2 (of which JSON is a part) from outside into plain data: one document, no aliases, no tags beyond the core schema, no
 * duplicate keys, at most 32 levels. Never throws.
 */
export const readYaml = (text: string): ReadDocument | { readonly faults: readonly DocumentFault[] } => {
  const lineCounter = new LineCounter();
  const lineOfOffset = (offset: number): number => Math.max(1, lineCounter.linePos(offset).line);
  try {
    refuseTooLarge(text);
    // uniqueKeys compares every pair of keys: quadratic, so the reader looks for duplicates itself.
    const parsed = parseDocument(text, {
      lineCounter,
      uniqueKeys: false,
      prettyErrors: false,
      schema: 'core',
      merge: false,
      logLevel: 'silent',
    });
    if (parsed.errors.length + parsed.warnings.length > 0) return { faults: syntaxFaults(parsed, lineOfOffset) };
    const reader = new TreeReader();
    const value = reader.read(parsed.contents, []);
    const lineOf = (path: readonly PropertyKey[]): number | null => {
      for (let length = path.length; length >= 0; length -= 1) {
        const offset = reader.starts.get(readablePath(path.slice(0, length)));
        if (offset !== undefined) return lineOfOffset(offset);
      }
      return 1;
    };
    return { value, lineOf };
  } catch (error) {
    if (error instanceof Refused) {
      const line = error.offset === undefined ? 1 : text.slice(0, error.offset).split('\n').length;
      return { faults: [{ path: readablePath(error.path), message: error.message, line }] };
    }
    return { faults: [{ path: '', message: nestedTooDeeply, line: 1 }] };
  }
};
