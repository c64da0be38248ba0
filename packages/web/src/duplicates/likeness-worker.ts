import type { Field } from "@gridfolk/core/field/field";
import { type Duplicates, find } from "@gridfolk/core/dedupe/duplicates";
import { type Decided, expectedWeights } from "@gridfolk/core/dedupe/learn";
import { type Lookup, lookup } from "@gridfolk/core/dedupe/lookup";
import { columnsOfTexts } from "@gridfolk/core/dedupe/records";
import type { Reason } from "@gridfolk/core/dedupe/reasons";
import { candidatesOf } from "./candidates.ts";
import type { Found, LikenessRequest, LikenessResponse, Reviewed } from "./likeness-messages.ts";

interface Ready {
  readonly ask: Lookup;
  /** Places in the texts of a record, for each column that is compared. */
  readonly places: readonly number[];
}

let fields: readonly Field[] = [];
let sheet = "";
let ids: string[] = [];
let texts: string[][] = [];
let rowById = new Map<string, number>();
let ready: Ready | undefined;
/** With a text for each of `fields`. */
let decided: readonly Decided[] = [];

/** With more changes than this what is rare and common is counted again. */
const MOST_CHANGES = 5000;

self.addEventListener("message", ({ data }: MessageEvent<LikenessRequest>) => {
  switch (data.kind) {
    case "begin":
      ({ sheet, fields } = data);
      ids = [];
      texts = fields.map(() => []);
      rowById = new Map();
      ready = undefined;
      decided = [];
      break;
    case "decisions":
      ({ decided } = data);
      break;
    case "records":
      data.ids.forEach((id, at) =>
        put(
          id,
          data.texts.map((column) => column[at] ?? ""),
        ),
      );
      break;
    case "remove":
      for (const id of data.ids) remove(id);
      break;
    case "find":
      answer({ ask: data.ask, found: like(data.texts, data.least) });
      break;
    case "review":
      answer({ ask: data.ask, ...review() });
      break;
    case "why":
      answer({ ask: data.ask, reasons: why(data.pair) });
  }
});

function answer(response: LikenessResponse): void {
  self.postMessage(response);
}

function put(id: string, own: readonly string[]): void {
  const row = rowById.get(id) ?? ids.length;
  rowById.set(id, row);
  ids[row] = id;
  own.forEach((text, at) => {
    texts[at]![row] = text;
  });
  if (ready === undefined) return;
  ready.ask.put(
    row,
    ready.places.map((at) => own[at] ?? ""),
  );
  if (ready.ask.changes > MOST_CHANGES) ready = undefined;
}

function remove(id: string): void {
  const row = rowById.get(id);
  if (row === undefined) return;
  rowById.delete(id);
  for (const column of texts) column[row] = "";
  ready?.ask.remove(row);
}

function like(asked: readonly string[], least: number): Found[] {
  ready ??= made();
  const { ask, places } = ready;
  return ask
    .find(
      places.map((at) => asked[at] ?? ""),
      least,
    )
    .map(({ row, probability, reasons }) => ({ id: ids[row] ?? "", probability, reasons }));
}

let reviewed: Duplicates | undefined;

function review(): Reviewed {
  const { columns, fields: compared } = columnsOfTexts(sheet, fields, texts);
  reviewed = find(columns, decidedIn(placesOf(compared)));
  const candidates = candidatesOf(reviewed, (row) => ids[row] ?? "");
  return { candidates, learned: reviewed.refitted };
}

function placesOf(compared: readonly Field[]): readonly number[] {
  return compared.map((field) => fields.indexOf(field));
}

/** The decisions with a text for each column that is compared. */
function decidedIn(places: readonly number[]): readonly Decided[] {
  const of = (own: readonly string[]) => places.map((at) => own[at] ?? "");
  return decided.map(({ same, a, b }) => ({ same, a: of(a), b: of(b) }));
}

function why([a, b]: readonly [string, string]): readonly Reason[] {
  const rows = [rowById.get(a), rowById.get(b)];
  if (reviewed === undefined || rows[0] === undefined || rows[1] === undefined) return [];
  return reviewed.explain(rows[0], rows[1]);
}

function made(): Ready {
  const { columns, fields: compared } = columnsOfTexts(sheet, fields, texts);
  const places = placesOf(compared);
  return { ask: lookup(columns, expectedWeights(columns, decidedIn(places))), places };
}
