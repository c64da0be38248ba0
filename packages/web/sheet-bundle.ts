import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";

/** kB with gzip of all scripts that an open sheet has loaded before anybody touches it. What is more is loaded when it is used. */
const MOST_KB = 380;

interface Modules {
  getModuleInfo(id: string): { readonly importedIds: readonly string[] } | null;
}

interface Pieces {
  readonly page: ReadonlySet<string>;
  readonly sheet: ReadonlySet<string>;
}

const source = (path: string) => join(import.meta.dirname, "src", path);

/** A module and all that it cannot do without. */
function whole(path: string, modules: Modules): Set<string> {
  const found = new Set<string>();
  const add = (id: string) => {
    if (found.has(id)) return;
    found.add(id);
    for (const next of modules.getModuleInfo(id)?.importedIds ?? []) add(next);
  };
  add(source(path));
  return found;
}

function piecesOf(modules: Modules): Pieces {
  const main = whole("main.tsx", modules);
  const signIn = whole("welcome/sign-in.tsx", modules);
  const sheet = new Set([
    ...whole("app/frame.tsx", modules),
    ...whole("grid/sheet-view.tsx", modules),
  ]);
  return { page: new Set([...main, ...[...signIn].filter((id) => sheet.has(id))]), sheet };
}

let pieces: Pieces | undefined;

function group(name: keyof Pieces, priority: number) {
  return {
    debugName: name,
    priority,
    name: (id: string, modules: Modules) =>
      (pieces ??= piecesOf(modules))[name].has(id) ? name : null,
  };
}

/**
 * What every page begins with, and what every sheet is loaded with, in one piece each. Left to itself the bundler cuts the
 * second into thirty by who else uses them, which compress worse by 13 kB of 380.
 */
export const codeSplitting = { groups: [group("page", 2), group("sheet", 1)] };

/** Fails the build when a sheet has become too heavy. */
export const budget: Plugin = {
  name: "sheet-budget",
  apply: "build",
  generateBundle: {
    order: "post",
    handler(_, bundle) {
      const needed = new Set<string>();
      const add = (file: string) => {
        const chunk = bundle[file];
        if (needed.has(file) || chunk?.type !== "chunk") return;
        needed.add(file);
        for (const next of chunk.imports) add(next);
      };
      for (const [file, chunk] of Object.entries(bundle)) {
        const isNeeded =
          chunk.type === "chunk" &&
          (chunk.isEntry || chunk.name === "sheet" || source("grid/grid.ts") in chunk.modules);
        if (isNeeded) add(file);
      }
      let bytes = 0;
      for (const file of needed) {
        const chunk = bundle[file];
        if (chunk?.type === "chunk") bytes += gzipSync(chunk.code).length;
      }
      const kB = Math.round(bytes / 1000);
      if (kB > MOST_KB) {
        const files = [...needed].join(", ");
        this.error(`An open sheet loads ${kB} kB of scripts, more than ${MOST_KB}: ${files}`);
      }
      if (kB < MOST_KB / 2) this.error(`Only ${kB} kB of scripts were found for a sheet`);
    },
  },
};
