const whiteSpace = /[ \t\n\r]*/y;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const literal = /true|false|null/y;
const escapeSequence = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

const quotationMark = 0x22;
const backslash = 0x5c;

class Fault extends Error {
  readonly offset: number;
  constructor(offset: number) {
    super('not JSON');
    this.offset = offset;
  }
}

/** Walks a JSON text by the grammar of RFC 8259 and stops where it leaves it. Recursive: to be given texts of bounded depth. */
class Walk {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): void {
    this.#value();
    this.#skip();
    if (this.#at < this.#text.length) throw new Fault(this.#at);
  }

  #take(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    const length = pattern.exec(this.#text)?.[0].length ?? 0;
    this.#at += length;
    return length > 0;
  }

  #skip(): void {
    this.#take(whiteSpace);
  }

  #next(character: string): boolean {
    this.#skip();
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #need(character: string): void {
    if (!this.#next(character)) throw new Fault(this.#at);
  }

  #string(): void {
    this.#need('"');
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code === quotationMark) break;
      // Control characters may not stand raw (RFC 8259, section 7); beyond the end the code is not a number.
      if (!(code >= 0x20)) throw new Fault(this.#at);
      if (code !== backslash) this.#at += 1;
      else if (!this.#take(escapeSequence)) throw new Fault(this.#at);
    }
    this.#at += 1;
  }

  #value(): void {
    this.#skip();
    const character = this.#text[this.#at];
    if (character === '"') this.#string();
    else if (character === '{') this.#members('}', () => this.#member());
    else if (character === '[') this.#members(']', () => this.#value());
    else if (!this.#take(number) && !this.#take(literal)) throw new Fault(this.#at);
  }

  #member(): void {
    this.#string();
    this.#need(':');
    this.#value();
  }

  #members(end: string, one: () => void): void {
    this.#at += 1;
    if (this.#next(end)) return;
    do one();
    while (this.#next(','));
    this.#need(end);
  }
}

/** Offset (UTF-16 code units) of the first character that keeps a text from being JSON; its length where it ends too early or is sound. */
export const findJsonFault = (text: string): number => {
  try {
    new Walk(text).document();
    return text.length;
  } catch (error) {
    if (error instanceof Fault) return error.offset;
    throw error;
  }
};
