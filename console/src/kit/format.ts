import i18next from 'i18next';

const language = (): string => i18next.language || 'en';

/** `0.8234` as `0.82`; scores always carry two decimals so that columns line up. */
export const score = (value: number): string => value.toFixed(2);

/** Milliseconds in the unit that reads best: `0.21 ms`, `14 ms`, `1.4 s`. */
export const duration = (milliseconds: number): string => {
  if (milliseconds >= 1_000) return `${(milliseconds / 1_000).toFixed(1)} s`;
  if (milliseconds >= 10) return `${Math.round(milliseconds)} ms`;
  return `${milliseconds.toFixed(2)} ms`;
};

export const count = (value: number): string => new Intl.NumberFormat(language()).format(value);

/** `1536` as `1.5 kB`: decimal units, as the limits of the API are told. */
export const bytes = (value: number): string => {
  if (value < 1_000) return `${value} B`;
  const [size, unit] = value < 1_000_000 ? [value / 1_000, 'kB'] : [value / 1_000_000, 'MB'];
  return `${size < 10 ? size.toFixed(1) : Math.round(size)} ${unit}`;
};

/** US dollars, with the digits that small sums need: `$0.0004`, `$12.30`. */
export const dollars = (value: number): string =>
  new Intl.NumberFormat(language(), {
    style: 'currency',
    currency: 'USD',
    currencyDisplay: 'narrowSymbol',
    maximumFractionDigits: value !== 0 && value < 0.1 ? 4 : 2,
  }).format(value);

/** `0.125` as `12.5 %`. */
export const percent = (value: number): string => `${Number((value * 100).toFixed(1))} %`;

export const dateTime = (timestamp: string): string =>
  new Intl.DateTimeFormat(language(), { dateStyle: 'medium', timeStyle: 'medium' }).format(new Date(timestamp));

export const date = (timestamp: string): string =>
  new Intl.DateTimeFormat(language(), { dateStyle: 'medium' }).format(new Date(timestamp));

const steps: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** `3 hours ago`, counted from `now` (epoch milliseconds). */
export const ago = (timestamp: string, now: number): string => {
  const seconds = (new Date(timestamp).getTime() - now) / 1_000;
  const format = new Intl.RelativeTimeFormat(language(), { numeric: 'auto', style: 'short' });
  for (const [unit, size] of steps) {
    if (Math.abs(seconds) >= size) return format.format(Math.trunc(seconds / size), unit);
  }
  return format.format(Math.trunc(seconds / 5) * 5, 'second');
};

/** Seconds as `4:05`. */
export const clock = (seconds: number): string => {
  const whole = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
};

/** A key such as `hate_speech` as people read it: `Hate speech`, or the name that the texts give it. */
export const humanise = (key: string): string => {
  const named = `names.${key}`;
  if (i18next.exists(named)) return i18next.t(named as 'names.csam');
  const words = key.replaceAll(/[_-]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
};
