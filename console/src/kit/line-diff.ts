/** One line of a comparison. */
export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
  /** Line numbers, from 1, in the old and in the new text. */
  readonly before: number | null;
  readonly after: number | null;
}

/** Lengths of the longest common subsequence of the tails: `table[i][j]` for `before` from i and `after` from j. */
const commonLengths = (before: readonly string[], after: readonly string[]): Uint32Array[] => {
  const table = Array.from({ length: before.length + 1 }, () => new Uint32Array(after.length + 1));
  for (let i = before.length - 1; i >= 0; i -= 1) {
    const row = table[i]!;
    const below = table[i + 1]!;
    for (let j = after.length - 1; j >= 0; j -= 1) {
      row[j] = before[i] === after[j] ? below[j + 1]! + 1 : Math.max(below[j]!, row[j + 1]!);
    }
  }
  return table;
};

/** Compares two texts line by line: the fewest lines removed and added that lead from one to the other. */
export const diffLines = (before: string, after: string): DiffLine[] => {
  const old = before.split('\n');
  const fresh = after.split('\n');
  let head = 0;
  while (head < old.length && head < fresh.length && old[head] === fresh[head]) head += 1;
  let tail = 0;
  while (tail < old.length - head && tail < fresh.length - head && old.at(-1 - tail) === fresh.at(-1 - tail)) tail += 1;
  const oldMiddle = old.slice(head, old.length - tail);
  const freshMiddle = fresh.slice(head, fresh.length - tail);
  const table = commonLengths(oldMiddle, freshMiddle);
  const lines: DiffLine[] = old
    .slice(0, head)
    .map((text, index) => ({ kind: 'same', text, before: index + 1, after: index + 1 }));
  let i = 0;
  let j = 0;
  while (i < oldMiddle.length || j < freshMiddle.length) {
    const text = oldMiddle[i];
    if (i < oldMiddle.length && j < freshMiddle.length && text === freshMiddle[j]) {
      lines.push({ kind: 'same', text: text ?? '', before: head + i + 1, after: head + j + 1 });
      i += 1;
      j += 1;
    } else if (j >= freshMiddle.length || (i < oldMiddle.length && table[i + 1]![j]! >= table[i]![j + 1]!)) {
      lines.push({ kind: 'removed', text: text ?? '', before: head + i + 1, after: null });
      i += 1;
    } else {
      lines.push({ kind: 'added', text: freshMiddle[j] ?? '', before: null, after: head + j + 1 });
      j += 1;
    }
  }
  for (let index = 0; index < tail; index += 1) {
    const beforeLine = old.length - tail + index;
    lines.push({
      kind: 'same',
      text: old[beforeLine] ?? '',
      before: beforeLine + 1,
      after: fresh.length - tail + index + 1,
    });
  }
  return lines;
};

/** Only the changes with `context` lines around them; null stands for what is left out. */
export const condense = (lines: readonly DiffLine[], context: number): (DiffLine | null)[] => {
  const near = new Set<number>();
  lines.forEach((line, index) => {
    if (line.kind === 'same') return;
    for (let offset = -context; offset <= context; offset += 1) near.add(index + offset);
  });
  const shown: (DiffLine | null)[] = [];
  lines.forEach((line, index) => {
    if (near.has(index)) shown.push(line);
    else if (shown.at(-1) !== null) shown.push(null);
  });
  return shown;
};
