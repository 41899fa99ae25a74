/** A stored hash near to one that was looked up. */
export interface HashMatch {
  /** Where the hash stands: its number among those that the index was built of, then those added, from 0. */
  readonly position: number;
  /** Bits that differ. */
  readonly distance: number;
}

/** The nearest so far, at most `limit` of them: nearest first, those equally near by position. The order in which they come does not matter. */
export class NearestMatches {
  readonly #limit: number;
  readonly #matches: HashMatch[] = [];
  /** What is further away than this is not wanted. Shrinks once `limit` are found. */
  radius: number;

  constructor(maximumDistance: number, limit: number) {
    this.radius = maximumDistance;
    this.#limit = limit;
  }

  /** Whether a match belongs among the nearest as they are now. */
  wants(position: number, distance: number): boolean {
    if (distance !== this.radius || this.#matches.length < this.#limit) return distance <= this.radius;
    return position < this.#matches.at(-1)!.position;
  }

  /** Takes in a match that is wanted, and drops the last where there are too many. */
  add(position: number, distance: number): void {
    const matches = this.#matches;
    let at = matches.length;
    while (at > 0) {
      const other = matches[at - 1]!;
      if (other.distance < distance || (other.distance === distance && other.position < position)) break;
      at -= 1;
    }
    matches.splice(at, 0, { position, distance });
    if (matches.length > this.#limit) matches.pop();
    if (matches.length === this.#limit) this.radius = matches.at(-1)!.distance;
  }

  toArray(): HashMatch[] {
    return this.#matches;
  }
}
