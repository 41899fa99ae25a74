/** A growing text of UTF-16 code units, each with the stretch of the original that it came from. */
export class UnitBuffer {
  units: Uint16Array;
  starts: Int32Array;
  ends: Int32Array;
  length = 0;

  constructor(capacity: number) {
    const room = Math.max(16, capacity);
    this.units = new Uint16Array(room);
    this.starts = new Int32Array(room);
    this.ends = new Int32Array(room);
  }

  push(unit: number, start: number, end: number): void {
    if (this.length === this.units.length) this.#grow();
    this.units[this.length] = unit;
    this.starts[this.length] = start;
    this.ends[this.length] = end;
    this.length += 1;
  }

  pushText(text: string, start: number, end: number): void {
    for (let index = 0; index < text.length; index += 1) this.push(text.charCodeAt(index), start, end);
  }

  /** The units as a string; lone surrogates stay as they are. */
  toString(): string {
    const step = 8_192;
    if (this.length <= step) return String.fromCharCode.apply(null, this.units.subarray(0, this.length) as never);
    const pieces: string[] = [];
    for (let index = 0; index < this.length; index += step) {
      pieces.push(
        String.fromCharCode.apply(null, this.units.subarray(index, Math.min(index + step, this.length)) as never),
      );
    }
    return pieces.join('');
  }

  #grow(): void {
    const room = this.units.length * 2;
    const units = new Uint16Array(room);
    const starts = new Int32Array(room);
    const ends = new Int32Array(room);
    units.set(this.units);
    starts.set(this.starts);
    ends.set(this.ends);
    this.units = units;
    this.starts = starts;
    this.ends = ends;
  }
}
