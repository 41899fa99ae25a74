import i18next from 'i18next';

/** `['en', 'zh']` as `English, Chinese`; null where language does not matter. */
export const languageNames = (codes: readonly string[]): string | null => {
  if (codes.length === 0) return null;
  const names = new Intl.DisplayNames(i18next.language || 'en', { type: 'language' });
  return codes.map((code) => names.of(code) ?? code).join(', ');
};
