import { readFileSync } from "node:fs";
import { join } from "node:path";
import { defineConfig, type Plugin } from "vite";
import solid from "vite-plugin-solid";
import { budget, codeSplitting } from "./sheet-bundle.ts";

const server = process.env["GRIDFOLK_URL"] ?? "http://localhost:3000";

/** Licences ask that their text goes where the code goes. */
const notices: Plugin = {
  name: "third-party-notices",
  apply: "build",
  generateBundle() {
    this.emitFile({
      type: "asset",
      fileName: "third-party-notices.txt",
      source: readFileSync(join(import.meta.dirname, "../../docs/third-party-notices.txt")),
    });
  },
};

/**
 * AG Grid falls back to its Quartz theme where a grid has none, and so every grid carries that theme: 60 kB of icons, tabs,
 * inputs and check boxes. Ours always has its own, without any of them.
 */
const noDefaultTheme: Plugin = {
  name: "no-default-grid-theme",
  apply: "build",
  transform: {
    filter: { id: /ag-grid-community\/dist\/package\/main\.esm\.mjs/ },
    handler(code) {
      const without = code.replace(/(getDefaultTheme\(\) \{\s+return )themeQuartz;/, "$1void 0;");
      if (without === code) this.error("AG Grid's default theme is not where it was");
      return { code: without, map: null };
    },
  },
};

export default defineConfig({
  root: import.meta.dirname,
  plugins: [solid(), notices, noDefaultTheme, budget],
  build: {
    target: ["chrome125", "edge125", "firefox128", "safari17.5"],
    outDir: "dist",
    emptyOutDir: true,
    sourcemap: false,
    // All of these browsers know modulepreload.
    modulePreload: { polyfill: false },
    rolldownOptions: { output: { codeSplitting } },
    assetsInlineLimit: 1024,
    chunkSizeWarningLimit: 1200,
  },
  worker: { format: "es" },
  server: {
    // `npm run dev` serves the page with hot reload; data comes from a Gridfolk server started beside it.
    proxy: {
      "/api": { target: server, changeOrigin: true },
      "/live": { target: server, changeOrigin: true, ws: true },
    },
  },
});
