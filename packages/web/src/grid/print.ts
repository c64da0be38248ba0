import "./print.css";

/** A view as it is printed. */
export interface Printed {
  readonly title: string;
  /** Filters and search in words; blank without any. */
  readonly about: string;
  readonly columns: readonly { readonly name: string; readonly end: boolean }[];
  readonly rows: readonly (readonly string[])[];
  /** Names of groups, each above the row of that index; `level` 0 is the outermost. */
  readonly groups: readonly {
    readonly at: number;
    readonly level: number;
    readonly name: string;
  }[];
  /** Rows of the view, of which `rows` are the first. */
  readonly of: number;
}

/** From here on a page is wide enough only for smaller letters. */
const MANY_COLUMNS = 12;
/** Addresses, which break anywhere so that the others need not. */
const LONG_WORD = /\S{15}/;

/** More rows than this would keep the browser from ever showing its print dialog. */
export const PRINT_LIMIT = 5000;

/** Prints the view as a plain table instead of the part of the grid that is on screen. Returns how to stop that. */
export function printAs(read: () => Printed): () => void {
  let page: HTMLElement | undefined;
  const clear = () => {
    page?.remove();
    page = undefined;
  };
  const show = () => {
    clear();
    page = paper(read());
    document.body.append(page);
  };
  window.addEventListener("beforeprint", show);
  window.addEventListener("afterprint", clear);
  return () => {
    window.removeEventListener("beforeprint", show);
    window.removeEventListener("afterprint", clear);
    clear();
  };
}

function paper(view: Printed): HTMLElement {
  // A column that is blank in every row would only take the width from the others.
  const used = view.columns.flatMap((column, at) =>
    view.rows.some((row) => row[at] !== "") ? [{ ...column, at }] : [],
  );
  const table = element("table");
  const names = element("tr");
  for (const { name, end } of used) names.append(cell("th", name, end));
  const head = element("thead");
  head.append(names);
  const body = element("tbody");
  view.rows.forEach((row, index) => {
    for (const { level, name } of view.groups.filter(({ at }) => at === index)) {
      const heading = document.createElement("th");
      heading.textContent = name;
      heading.colSpan = Math.max(1, used.length);
      heading.dataset["group"] = String(level);
      const line = element("tr");
      line.append(heading);
      body.append(line);
    }
    const line = element("tr");
    for (const { at, end } of used) line.append(cell("td", row[at] ?? "", end));
    body.append(line);
  });
  table.append(head, body);
  const root = element("main");
  root.dataset["print"] = "";
  if (used.length > MANY_COLUMNS) root.dataset["dense"] = "";
  const rows =
    view.rows.length < view.of
      ? `The first ${view.rows.length.toLocaleString()} of ${view.of.toLocaleString()} rows`
      : view.of === 1
        ? "1 row"
        : `${view.of.toLocaleString()} rows`;
  const about = [rows, view.about, new Date().toLocaleDateString(undefined, { dateStyle: "long" })];
  root.append(element("h1", view.title), element("p", about.filter(Boolean).join(" · ")), table);
  return root;
}

function element(name: string, text = ""): HTMLElement {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

function cell(name: "th" | "td", text: string, end: boolean): HTMLElement {
  const made = element(name, text);
  if (end) made.dataset["end"] = "";
  if (LONG_WORD.test(text)) made.dataset["long"] = "";
  return made;
}
