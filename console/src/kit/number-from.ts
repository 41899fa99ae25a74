/** The number in a number field; null while it is empty or half typed. A field gives text where the digits end in zeros. */
export const numberFrom = (value: number | string): number | null => {
  if (typeof value === 'number') return value;
  const number = value.trim() === '' ? Number.NaN : Number(value.replace(/[^\d.-]/g, ''));
  return Number.isFinite(number) ? number : null;
};

/** Passes on what a number field holds once it is a number. */
export const whenNumber =
  (take: (value: number) => void) =>
  (value: number | string): void => {
    const number = numberFrom(value);
    if (number !== null) take(number);
  };
