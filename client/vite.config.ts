import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const server = process.env.DEV_SERVER_URL ?? 'http://127.0.0.1:3000';

/** sonner adds a style element at run time, which our CSP refuses: its sheet is bundled from styles.css instead. */
function sonnerWithoutStyleElement(): Plugin {
  return {
    name: 'sonner-without-style-element',
    enforce: 'pre',
    transform(code, id) {
      if (!/node_modules\/sonner\/dist\/index\.mjs/.test(id)) return;
      const call = /^__insertCSS\(.*\);$/m;
      if (!call.test(code)) this.error('sonner no longer inserts its style the way this plugin removes');
      return { code: code.replace(call, ''), map: null };
    },
  };
}

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [sonnerWithoutStyleElement(), react(), tailwindcss()],
  // The optimizer would bundle sonner before the plugin above sees it.
  optimizeDeps: { exclude: ['sonner'] },
  define: { __RELEASE__: JSON.stringify(process.env.RELEASE ?? 'dev') },
  build: {
    outDir: '../dist/client',
    emptyOutDir: true,
    // A data: font or image would need a wider CSP.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: {
      '/api': { target: server },
      '/ws': { target: server, ws: true },
      '/vnc': { target: server, ws: true },
    },
  },
});
