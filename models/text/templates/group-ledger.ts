import type { Group } from './construction.ts';

/** A group is named in violating rows at most this often for every harmless row that names it. */
const VIOLATING_PER_HARMLESS = 0.95;

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\-]/g, '\\$&');
}

/**
 * Counts how often groups are named, so that no name stands for a violation: the nouns wherever a text has them, and the
 * groups that a construction drew, in whatever form.
 */
export class GroupLedger {
  private readonly harmless = new Map<string, number>();
  private readonly violating = new Map<string, number>();
  private readonly nouns = new Map<string, string>();
  private readonly pattern: RegExp;

  constructor(groups: readonly Group[]) {
    for (const { many, one } of groups) for (const noun of [many, one]) this.nouns.set(noun.toLowerCase(), many);
    // The longest first: "gay men" is no mention of men.
    const alternatives = [...this.nouns.keys()].sort((a, b) => b.length - a.length).map(escaped);
    this.pattern = new RegExp(`\\b(?:${alternatives.join('|')})\\b`, 'gi');
  }

  /** The groups whose noun stands in the text, by their plural. */
  named(text: string): ReadonlySet<string> {
    return new Set([...text.matchAll(this.pattern)].map(([noun]) => this.nouns.get(noun.toLowerCase()) ?? noun));
  }

  private keys(text: string, drawn: readonly Group[]): Set<string> {
    return new Set([...this.named(text), ...drawn.map((group) => `drawn: ${group.many}`)]);
  }

  allows(text: string, drawn: readonly Group[], violating: boolean): boolean {
    if (!violating) return true;
    return [...this.keys(text, drawn)].every(
      (key) => (this.violating.get(key) ?? 0) + 1 <= VIOLATING_PER_HARMLESS * (this.harmless.get(key) ?? 0),
    );
  }

  note(text: string, drawn: readonly Group[], violating: boolean): void {
    const counts = violating ? this.violating : this.harmless;
    for (const key of this.keys(text, drawn)) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
}
