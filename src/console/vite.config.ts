import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  logLevel: 'warn',
  build: {
    outDir: '../../dist/console',
    emptyOutDir: true,
    // Everything is a file of the box: its policy allows no script and no font inside an address.
    assetsInlineLimit: 0,
    sourcemap: false,
  },
  worker: { format: 'es' },
});
