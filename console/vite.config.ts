import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const contracts = fileURLToPath(new URL('../src/contracts', import.meta.url));
const server = process.env.TIDEGATE_URL ?? 'http://127.0.0.1:8420';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [react()],
  resolve: { alias: { '#contracts': contracts } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    // The page's policy allows no data: addresses for fonts and scripts.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        // A few chunks that change seldom, instead of dozens that each cost a request.
        codeSplitting: {
          groups: [
            {
              name: 'react',
              test: /node_modules[\\/](react|react-dom|scheduler|@tanstack[\\/](react-|query-|router-|history|store))/,
            },
            { name: 'interface', test: /node_modules[\\/](@mantine|@floating-ui|@tabler|i18next|react-)/ },
            { name: 'contracts', test: /(node_modules[\\/]zod|src[\\/]contracts)[\\/]/ },
            { name: 'kit', test: /console[\\/]src[\\/](kit|session|i18n)[\\/]/ },
          ],
        },
      },
    },
  },
  server: { port: 5173, proxy: { '/v1': server, '/openapi.json': server, '/docs': server } },
});
