import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './app/styles.ts';
import { App } from './app/app.tsx';
import { startTranslations } from './i18n/translations.ts';

// After an update of the server the parts of an open page are gone: start anew, but never in a loop.
addEventListener('vite:preloadError', (event) => {
  const last = Number(sessionStorage.getItem('tidegate-reloaded') ?? 0);
  if (Date.now() - last < 30_000) return;
  event.preventDefault();
  sessionStorage.setItem('tidegate-reloaded', String(Date.now()));
  location.reload();
});

await startTranslations();
const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
