/** What an XML document consists of, in order. Names come without their namespace prefix. */
export type XmlEvent =
  | {
      readonly kind: 'open';
      readonly name: string;
      readonly attributes: ReadonlyMap<string, string>;
      readonly line: number;
    }
  | { readonly kind: 'text'; readonly text: string; readonly line: number }
  | { readonly kind: 'close'; readonly name: string; readonly line: number };

/** XML that is not taken. Reading cannot go on behind it. */
export class XmlFault extends Error {
  override readonly name = 'XmlFault';
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

const deepest = 16;
const longestTag = 4_096;
const longestText = 16_384;
const nameForm = /^[A-Za-z_][A-Za-z0-9_.:-]{0,99}$/;
const predefined: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

const withoutPrefix = (name: string): string => name.slice(name.indexOf(':') + 1);

/**
 * A strict reader of the small part of XML that hash lists use: elements, attributes, text, comments, the declaration, and the five predefined
 * and numeric references. Document types, entities of one's own, CDATA and processing instructions are refused, so nothing can expand, and
 * depth and lengths are limited, so nothing grows. Source: XML 1.0 (Fifth Edition).
 */
export class XmlReader {
  #buffer = '';
  #line = 1;
  readonly #open: string[] = [];
  #ended = false;

  /** What the piece completes, as far as it is read: what comes before a fault is given first. @throws XmlFault */
  *push(text: string): Generator<XmlEvent> {
    this.#buffer += text;
    let at = 0;
    while (at < this.#buffer.length) {
      const events: XmlEvent[] = [];
      const next = this.#buffer[at] === '<' ? this.#markup(at, events) : this.#text(at, events);
      if (next < 0) break;
      yield* events;
      for (let index = at; index < next; index += 1) if (this.#buffer.charCodeAt(index) === 0x0a) this.#line += 1;
      at = next;
    }
    this.#buffer = this.#buffer.slice(at);
  }

  /** @throws XmlFault where the document is not complete */
  end(): void {
    if (this.#buffer.trim() !== '' || this.#open.length > 0 || !this.#ended)
      throw this.#fault('the document ends before it is complete');
  }

  #fault(message: string): XmlFault {
    return new XmlFault(this.#line, message);
  }

  /** The offset behind the text at `at`; -1 where its end has not come yet. */
  #text(at: number, events: XmlEvent[]): number {
    const end = this.#buffer.indexOf('<', at);
    if ((end < 0 ? this.#buffer.length : end) - at > longestText)
      throw this.#fault(`a text is longer than ${longestText} characters`);
    if (end < 0) return -1;
    const raw = this.#buffer.slice(at, end);
    const text = this.#decode(raw);
    if (this.#open.length > 0) events.push({ kind: 'text', text, line: this.#line });
    else if (text.trim() !== '') throw this.#fault('there is text outside the document');
    return end;
  }

  #markup(at: number, events: XmlEvent[]): number {
    if (this.#buffer.startsWith('<!--', at)) return this.#past(at, '-->', 'a comment');
    if (this.#buffer.startsWith('<?', at)) return this.#declaration(at);
    // What begins like this may be a comment whose beginning has not come whole.
    if (this.#buffer[at + 1] === '!') {
      if ('<!--'.startsWith(this.#buffer.slice(at))) return -1;
      throw this.#fault('document types, entities and CDATA are not taken');
    }
    const end = this.#endOfTag(at);
    if (end < 0) return -1;
    const tag = this.#buffer.slice(at + 1, end);
    if (tag.startsWith('/')) this.#close(tag.slice(1).trimEnd(), events);
    else this.#start(tag, events);
    return end + 1;
  }

  #declaration(at: number): number {
    const end = this.#past(at, '?>', 'the declaration');
    if (end < 0) return -1;
    if (!/^<\?xml\s/.test(this.#buffer.slice(at, end)) || this.#open.length > 0 || this.#ended)
      throw this.#fault('processing instructions are not taken');
    return end;
  }

  #past(at: number, mark: string, what: string): number {
    const end = this.#buffer.indexOf(mark, at);
    if ((end < 0 ? this.#buffer.length : end) - at > longestText)
      throw this.#fault(`${what} is longer than ${longestText} characters`);
    return end < 0 ? -1 : end + mark.length;
  }

  /** The offset of the `>` that ends the tag, passing over quoted values. */
  #endOfTag(at: number): number {
    let quote = '';
    for (let index = at + 1; index < this.#buffer.length; index += 1) {
      if (index - at > longestTag) throw this.#fault(`a tag is longer than ${longestTag} characters`);
      const character = this.#buffer[index]!;
      if (quote !== '') quote = character === quote ? '' : quote;
      else if (character === '"' || character === "'") quote = character;
      else if (character === '>') return index;
      else if (character === '<') throw this.#fault('a tag is not closed');
    }
    return -1;
  }

  #start(tag: string, events: XmlEvent[]): void {
    const empty = tag.endsWith('/');
    const body = empty ? tag.slice(0, -1) : tag;
    const [full = ''] = body.split(/\s/, 1);
    if (!nameForm.test(full)) throw this.#fault('an element has no proper name');
    if (this.#open.length === 0 && this.#ended) throw this.#fault('there is a second document');
    if (this.#open.length >= deepest) throw this.#fault(`elements are more than ${deepest} deep`);
    events.push({
      kind: 'open',
      name: withoutPrefix(full),
      attributes: this.#attributes(body.slice(full.length)),
      line: this.#line,
    });
    this.#open.push(full);
    if (empty) this.#close(full, events);
  }

  #close(full: string, events: XmlEvent[]): void {
    if (this.#open.pop() !== full) throw this.#fault('an element is closed that was not opened');
    events.push({ kind: 'close', name: withoutPrefix(full), line: this.#line });
    if (this.#open.length === 0) this.#ended = true;
  }

  #attributes(text: string): Map<string, string> {
    const attributes = new Map<string, string>();
    const form = /\s+([^\s=]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y;
    let at = 0;
    for (;;) {
      form.lastIndex = at;
      const found = form.exec(text);
      if (found === null) break;
      at = form.lastIndex;
      const [, name = '', double, single] = found;
      if (!nameForm.test(name) || attributes.has(withoutPrefix(name)))
        throw this.#fault('an attribute has no proper name, or comes twice');
      // Namespaces are not looked at, so their declarations are no attributes.
      if (name !== 'xmlns' && !name.startsWith('xmlns:'))
        attributes.set(withoutPrefix(name), this.#decode(double ?? single ?? ''));
    }
    if (text.slice(at).trim() !== '') throw this.#fault('an attribute is not of the form name="value"');
    return attributes;
  }

  #decode(raw: string): string {
    if (!raw.includes('&')) return raw;
    return raw.replace(/&([^;&\s]{0,12});?/g, (whole: string, name: string) => {
      const known = whole.endsWith(';') ? (predefined.get(name) ?? numericReference(name)) : undefined;
      if (known === undefined) throw this.#fault('a reference is none of &amp; &lt; &gt; &quot; &apos; and numbers');
      return known;
    });
  }
}

const numericReference = (name: string): string | undefined => {
  const digits = /^#(?:x([0-9A-Fa-f]{1,6})|([0-9]{1,7}))$/.exec(name);
  if (digits === null) return undefined;
  const code = digits[1] === undefined ? Number(digits[2]) : Number.parseInt(digits[1], 16);
  const allowed =
    code === 9 || code === 10 || code === 13 || (code >= 0x20 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff));
  return allowed && code !== 0xfffe && code !== 0xffff ? String.fromCodePoint(code) : undefined;
};
