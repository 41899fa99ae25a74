import { percent } from '../kit/format.ts';

/** `0.125` as `12.5 %`, never broken between number and sign. */
export const share = (value: number): string => percent(value).replace(' ', '\u00a0');

/** Areas and errors, to three decimals: a hundredth is much there. A figure that makes no sense is a dash. */
export const measure = (value: number | null): string => (value === null ? '–' : value.toFixed(3));
