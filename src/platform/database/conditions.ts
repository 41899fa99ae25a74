/**
 * Conditions joined by AND, and their parameters. Conditions are texts of our own code; whatever comes from outside is a parameter.
 *
 *     where.add(`task.queue = ${where.parameter(queue)}`)
 */
export class Conditions {
  readonly #texts: string[] = [];
  readonly values: unknown[] = [];

  /** Registers a parameter and returns its placeholder. */
  parameter(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }

  add(text: string): void {
    this.#texts.push(text);
  }

  /** For after WHERE; `true` where there is no condition. */
  toString(): string {
    return this.#texts.length === 0 ? 'true' : this.#texts.join(' AND ');
  }
}
