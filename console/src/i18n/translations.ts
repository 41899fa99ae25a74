import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import english from './en.json';

/** Sets up the texts. A further language is one more file beside en.json, added here. */
export const startTranslations = async (): Promise<void> => {
  await i18next.use(initReactI18next).init({
    lng: 'en',
    fallbackLng: 'en',
    resources: { en: { translation: english } },
    interpolation: { escapeValue: false },
    returnNull: false,
  });
};
