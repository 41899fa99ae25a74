/**
 * A construction is a sentence with choices: `[first|second]` is one of the alternatives (which may be empty),
 * `{name}` a word of the slot of that name. `{ids}`, `{an_id}` and `{id_adj}` are forms of one group of people, the same
 * throughout a text; `{ids@family}` takes the group from a family, `{ids2}` is another choice. Words of a slot may hold
 * choices and slots in turn.
 */
export interface Group {
  /** "nurses" */
  readonly many: string;
  /** "a nurse" */
  readonly one: string;
  /** What goes before "people", "family" or "neighbour". */
  readonly adj: string;
  readonly family: string;
}

export interface Words {
  readonly slots: Readonly<Record<string, readonly string[]>>;
  readonly groups: readonly Group[];
}

export interface Filled {
  readonly text: string;
  readonly groups: readonly Group[];
}

const CHOICE = /\[([^[\]]*)\]/g;
const SLOT = /\{([a-z_]+)(2?)(?:@([a-z+]+))?\}/g;
const FORMS: Readonly<Record<string, 'many' | 'one' | 'adj'>> = { ids: 'many', an_id: 'one', id_adj: 'adj' };

export function pick<T>(list: readonly T[], random: () => number): T {
  const found = list[Math.floor(random() * list.length)];
  if (found === undefined) throw new Error('There is nothing to choose from: a slot or a list of groups is empty.');
  return found;
}

function groupsOf(words: Words, families: string | undefined): readonly Group[] {
  if (families === undefined) return words.groups;
  const wanted = families.split('+');
  return words.groups.filter((group) => wanted.includes(group.family));
}

function slotOf(words: Words, name: string, template: string): readonly string[] {
  const slot = words.slots[name];
  if (slot === undefined) throw new Error(`"${template}" names the slot {${name}}, which data/slots.json lacks.`);
  return slot;
}

/** Spaces that empty choices left, and "a" before a vowel that a choice brought. */
function tidy(text: string): string {
  return text
    .replace(/ {2,}/g, ' ')
    .replace(/\b(?:the|my) (the|an?|my)\b/gi, '$1')
    .replace(/\b(best|free|your|cold) (?:the|an?) /gi, '$1 ')
    .replace(/ ([,.!?;:])(?=\s|$)/g, '$1')
    .replace(/\b([Aa]) (?=(?!eu|one\b|once)[aeio]|u(?!ni|se|ki|ti|kr))/gi, '$1n ')
    .trim();
}

/**
 * The template with every choice made. The same sequence of random numbers makes the same choices, so that two
 * templates of one shape can be filled alike.
 * @throws Error where the template names a slot that does not exist.
 */
export function fill(template: string, words: Words, random: () => number): Filled {
  const chosen = new Map<string, Group>();
  const chosenWords = new Map<string, string>();
  const expand = (part: string): string =>
    part
      .replace(CHOICE, (_, inside: string) => pick(inside.split('|'), random))
      .replace(SLOT, (_, name: string, second: string, families: string | undefined) => {
        const form = FORMS[name];
        if (form === undefined) {
          const key = `${name}${second}`;
          const word = chosenWords.get(key) ?? expand(pick(slotOf(words, name, template), random));
          chosenWords.set(key, word);
          return word;
        }
        const group = chosen.get(second) ?? pick(groupsOf(words, families), random);
        chosen.set(second, group);
        return group[form];
      });
  const text = expand(template);
  return { text: tidy(text), groups: [...chosen.values()] };
}

/** In how many ways the template can be filled, counted up to a million. */
export function waysToFill(template: string, words: Words): number {
  let ways = 1;
  for (const choice of template.matchAll(CHOICE)) ways *= (choice[1] ?? '').split('|').length;
  const seen = new Set<string>();
  for (const [, name = '', second = '', families] of template.matchAll(SLOT)) {
    const isGroup = name in FORMS;
    const key = isGroup ? `group${second}` : `${name}${second}`;
    if (seen.has(key)) continue;
    seen.add(key);
    ways *= isGroup ? groupsOf(words, families).length : slotOf(words, name, template).length;
  }
  return Math.min(ways, 1_000_000);
}
