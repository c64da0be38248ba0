import { readFileSync } from "node:fs";
import { join } from "node:path";
import { defineConfig, type Plugin } from "vite";
import solid from "vite-plugin-solid";

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

export default defineConfig({
  root: import.meta.dirname,
  plugins: [solid(), notices],
  build: {
    target: ["chrome125", "edge125", "firefox128", "safari17.5"],
    outDir: "dist",
    emptyOutDir: true,
    sourcemap: false,
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
