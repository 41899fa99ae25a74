/** One object of a JSON list, or what is wrong with it. `line` is where it begins. */
export type JsonRecord =
  | { readonly line: number; readonly value: Readonly<Record<string, unknown>> }
  | { readonly line: number; readonly fault: string };

const deepest = 32;
const longestRecord = 1_048_576;

/**
 * Finds the records of a JSON list without holding more than one: objects in an array at the top, in an array under one of `listKeys` of a
 * top object (an API's page), or one after the other (JSON lines). Pages may follow each other. A record that is no JSON is a fault by itself;
 * what is wrong between records ends the reading.
 */
export class JsonRecords {
  readonly #listKeys: ReadonlySet<string>;
  /** Brackets that are open. */
  readonly #open: ('{' | '[')[] = [];
  #line = 1;
  #inText = false;
  #escaped = false;
  /** The last text at the first level of a top object: the key, when a list begins. */
  #key = '';
  #record: { readonly line: number; readonly depth: number; text: string } | undefined;
  #stopped = false;

  constructor(listKeys: readonly string[]) {
    this.#listKeys = new Set(listKeys);
  }

  push(text: string): JsonRecord[] {
    const found: JsonRecord[] = [];
    let from = 0;
    for (let at = 0; at < text.length && !this.#stopped; at += 1) {
      const character = text[at]!;
      if (character === '\n') this.#newline(found);
      if (this.#inText) this.#readText(character);
      else if (character === '"') this.#beginText(found);
      else if (character === '{' || character === '[') {
        if (this.#begin(character, found)) from = at;
      } else if (character === '}' || character === ']') {
        const ended = this.#end(character, found);
        if (ended !== undefined) found.push(parse(ended.line, ended.text + text.slice(from, at + 1)));
      } else if (this.#open.length === 0 && !/[\s,]/.test(character)) this.#stop('this is no JSON', found);
    }
    if (this.#record !== undefined && !this.#stopped) {
      this.#record.text += text.slice(from);
      if (this.#record.text.length > longestRecord) this.#stop('a record is longer than a megabyte', found);
    }
    return found;
  }

  end(): JsonRecord[] {
    if (this.#stopped || (this.#open.length === 0 && !this.#inText)) return [];
    return [{ line: this.#record?.line ?? this.#line, fault: 'the file ends in the middle of this' }];
  }

  #stop(what: string, found: JsonRecord[]): void {
    this.#stopped = true;
    found.push({ line: this.#record?.line ?? this.#line, fault: `${what}; nothing behind it was read` });
  }

  #newline(found: JsonRecord[]): void {
    this.#line += 1;
    if (!this.#inText) return;
    // JSON has no line ends inside texts: somebody forgot a quote. The record is given up, and the next line read for itself.
    this.#inText = false;
    this.#escaped = false;
    if (this.#record === undefined) return;
    found.push({ line: this.#record.line, fault: 'a text is not closed on its line' });
    this.#open.length = this.#record.depth;
    this.#record = undefined;
  }

  #beginText(found: JsonRecord[]): void {
    if (this.#open.length === 0) {
      this.#stop('this is no JSON', found);
      return;
    }
    this.#inText = true;
    if (this.#open.length === 1) this.#key = '';
  }

  #readText(character: string): void {
    if (this.#escaped) this.#escaped = false;
    else if (character === '\\') this.#escaped = true;
    else if (character === '"') this.#inText = false;
    else if (this.#open.length === 1 && this.#key.length < 100) this.#key += character;
  }

  /** True where a record begins here. */
  #begin(bracket: '{' | '[', found: JsonRecord[]): boolean {
    const { length } = this.#open;
    if (length >= deepest) {
      this.#stop(`brackets are more than ${deepest} deep`, found);
      return false;
    }
    const parent = this.#open.at(-1);
    this.#open.push(bracket);
    if (bracket === '[') {
      // A list under its key: the object around it is a page, not a record.
      if (length === 1 && parent === '{' && this.#listKeys.has(this.#key)) this.#record = undefined;
      return false;
    }
    if (this.#record !== undefined || (length > 0 && parent !== '[')) return false;
    this.#record = { line: this.#line, depth: length, text: '' };
    return true;
  }

  #end(bracket: '}' | ']', found: JsonRecord[]): { line: number; text: string } | undefined {
    const expected = bracket === '}' ? '{' : '[';
    if (this.#open.at(-1) !== expected) {
      this.#stop('a bracket is closed that was not opened', found);
      return undefined;
    }
    this.#open.pop();
    if (this.#record === undefined || this.#open.length !== this.#record.depth) return undefined;
    const record = this.#record;
    this.#record = undefined;
    return record;
  }
}

const parse = (line: number, text: string): JsonRecord => {
  try {
    return { line, value: JSON.parse(text) as Record<string, unknown> };
  } catch {
    return { line, fault: 'this is no JSON object' };
  }
};
