import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { precompressed } from './compress-plugin.ts';

/** The server puts a fresh nonce in place of this word; see src/surfaces/web. */
const NONCE_PLACEHOLDER = 'ASSAY_CSP_NONCE';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), precompressed()],
  resolve: { alias: { zod: join(import.meta.dirname, 'inert-schemas.ts') } },
  html: { cspNonce: NONCE_PLACEHOLDER },
  server: { proxy: { '/api': process.env.ASSAY_URL ?? 'http://127.0.0.1:5080' } },
  build: {
    target: 'es2023',
    outDir: 'dist',
    emptyOutDir: true,
    // Nothing as a data: address, so that the Content Security Policy stays short.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
