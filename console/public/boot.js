// Runs before the first paint, as a file of its own because the page's policy allows no inline script.
(() => {
  // Zod would otherwise probe for `new Function`, which the policy refuses and reports.
  globalThis.__zod_globalConfig = { jitless: true };
  let choice = null;
  try {
    choice = localStorage.getItem('tidegate-color-scheme');
  } catch {
    // Storage may be forbidden; the system's scheme then stands.
  }
  const dark = choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
})();
