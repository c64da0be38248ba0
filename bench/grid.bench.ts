// The grid under people's hands in Chromium, beside a page with the bare grid and the same rows. Every measured action is a key or a
// click; "painted" is the beginning of the frame after the one that has it on the page (see grid/page.ts).
import { bench } from "./harness.ts";
import { filter, group, sort } from "./grid/ask.ts";
import { bulk } from "./grid/bulk.ts";
import { drag } from "./grid/drag.ts";
import { edit } from "./grid/edit.ts";
import { formulas } from "./grid/formulas.ts";
import { heap } from "./grid/heap.ts";
import { openPages } from "./grid/pages.ts";
import { paste } from "./grid/paste.ts";
import { people } from "./grid/people.ts";
import { scroll } from "./grid/scroll.ts";
import { search } from "./grid/search.ts";
import { sums } from "./grid/sums.ts";

/** In this order: first what wants a fresh page, last what changes the sheet. */
const parts = {
  heap,
  scroll,
  sort,
  filter,
  group,
  search,
  edit,
  drag,
  sums,
  people,
  paste,
  bulk,
  formulas,
} as const;

await bench("grid", async (run) => {
  const only = run.words("only");
  const unknown = only.filter((name) => !(name in parts));
  if (unknown.length > 0) {
    throw new Error(
      `--only: no part ${unknown.join(", ")}. There are: ${Object.keys(parts).join(", ")}.`,
    );
  }
  const pages = await openPages(run);
  for (const [name, part] of Object.entries(parts)) {
    if (only.length > 0 && !only.includes(name)) continue;
    try {
      await part(run, pages);
    } catch (error) {
      // The others are worth having all the same.
      run.fail(new Error(`grid, ${name}`, { cause: error }));
    }
  }
});
