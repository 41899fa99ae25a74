import { type Term, termModes } from '#contracts/lists.ts';

/** What a pasted line takes where it does not say. */
export interface TermDefaults {
  readonly category: string;
  readonly severity: number;
  readonly mode: Term['mode'];
}

export interface ParsedTerms {
  readonly terms: Term[];
  readonly faults: { readonly line: number; readonly kind: 'category' | 'severity' | 'mode' | 'length' }[];
  /** Terms left out because the list, or an earlier line, has them already. */
  readonly duplicates: number;
}

/** The cells of one CSV line. Source of the format: RFC 4180; a semicolon or tab separates as well as a comma. */
export const splitCsvLine = (line: string): string[] => {
  const cells: string[] = [];
  let cell = '';
  let quoted = false;
  for (let index = 0; index < line.length; index += 1) {
    const character = line[index] ?? '';
    if (quoted) {
      if (character !== '"') cell += character;
      else if (line[index + 1] === '"') {
        cell += '"';
        index += 1;
      } else quoted = false;
    } else if (character === '"' && cell.trim() === '') {
      cell = '';
      quoted = true;
    } else if (character === ',' || character === ';' || character === '\t') {
      cells.push(cell.trim());
      cell = '';
    } else cell += character;
  }
  cells.push(cell.trim());
  return cells;
};

const isMode = (text: string): text is Term['mode'] => (termModes as readonly string[]).includes(text);

export const newEntryId = (): string => `own-${crypto.randomUUID().slice(0, 13)}`;

/** Reads terms from pasted lines or a CSV file: `term, category, severity, mode`, of which only the first is needed. */
export const parseTerms = (
  text: string,
  defaults: TermDefaults,
  categories: ReadonlySet<string>,
  present: ReadonlySet<string>,
): ParsedTerms => {
  const terms: Term[] = [];
  const faults: ParsedTerms['faults'][number][] = [];
  const seen = new Set(present);
  let duplicates = 0;
  text.split(/\r?\n/).forEach((content, index) => {
    const [term = '', category = '', severity = '', mode = ''] = splitCsvLine(content);
    const line = index + 1;
    if (term === '' || (index === 0 && term.toLowerCase() === 'term')) return;
    const grade = severity === '' ? defaults.severity : Number(severity);
    if (term.length > 200) faults.push({ line, kind: 'length' });
    else if (category !== '' && !categories.has(category)) faults.push({ line, kind: 'category' });
    else if (!Number.isInteger(grade) || grade < 1 || grade > 5) faults.push({ line, kind: 'severity' });
    else if (mode !== '' && !isMode(mode)) faults.push({ line, kind: 'mode' });
    else if (seen.has(term.toLowerCase())) duplicates += 1;
    else {
      seen.add(term.toLowerCase());
      terms.push({
        id: newEntryId(),
        term,
        category: category === '' ? defaults.category : category,
        severity: grade,
        mode: isMode(mode) ? mode : defaults.mode,
      });
    }
  });
  return { terms, faults, duplicates };
};

const cell = (text: string): string => (/[",;\t\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** A list as CSV that can be imported again. */
export const termsToCsv = (terms: readonly Term[]): string =>
  [
    'term,category,severity,mode',
    ...terms.map((term) => [cell(term.term), term.category, term.severity, term.mode].join(',')),
    '',
  ].join('\n');
