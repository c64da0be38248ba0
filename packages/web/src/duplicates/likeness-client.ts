import type { Field } from "@gridfolk/core/field/field";
import type { Reason } from "@gridfolk/core/dedupe/reasons";
import { evidenceOf, textOf } from "@gridfolk/core/dedupe/records";
import { decisions, type Then } from "@gridfolk/core/merge/decisions";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import { contextOf } from "@gridfolk/core/sheet/context";
import type { Workspace } from "../data/workspace.ts";
import type { Found, LikenessRequest, LikenessResponse, Reviewed } from "./likeness-messages.ts";

/** Records told at a time; in between the page answers keys. */
const PORTION = 1500;
/** From this probability on somebody is told. */
const LEAST = 0.6;

/** Knows beside the page what records of a sheet look like, and follows it as it changes. */
export interface LikenessClient {
  /** The record that this one looks like most, itself apart. Undefined also while another one is asked for later. */
  like(id: string): Promise<Found | undefined>;
  /** The records that this one looks like, likeliest first, itself apart. */
  alike(id: string, least: number): Promise<readonly Found[]>;
  /** Records that seem to be of one thing, with how sure that is. Rejects when the worker fails or is closed. */
  review(): Promise<Reviewed>;
  /** Why two records of the last review are taken for one thing, or not; what counts most first. */
  why(a: string, b: string): Promise<readonly Reason[]>;
  close(): void;
}

/** For the sheet as it is; with another column it is to be made again. */
export function makeLikenessClient(workspace: Workspace, sheet: string): LikenessClient {
  const worker = new Worker(new URL("./likeness-worker.ts", import.meta.url), {
    type: "module",
    name: "duplicates",
  });
  const send = (request: LikenessRequest) => worker.postMessage(request);
  const waiting = new Map<number, (response: LikenessResponse | undefined) => void>();
  let asked = 0;
  let isClosed = false;
  let fields: readonly Field[] = [];

  worker.addEventListener("message", ({ data }: MessageEvent<LikenessResponse>) => {
    waiting.get(data.ask)?.(data);
    waiting.delete(data.ask);
  });
  // A hint that does not come is no failure that anybody needs to hear of.
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    close();
  });

  function textsOf(table: Workbook.Table, rows: readonly number[]): string[][] {
    const context = contextOf(workspace.workbook, { now: Date.now() });
    return fields.map((field) =>
      rows.map((row) => textOf(Workbook.value(table, row, field.key), field, context)),
    );
  }

  function decidedTexts() {
    const context = contextOf(workspace.workbook, { now: Date.now() });
    const of = (then: Then) => fields.map((field) => textOf(then(field.key), field, context));
    return decisions(workspace.workbook, sheet).map(({ same, a, b }) => ({
      same,
      a: of(a),
      b: of(b),
    }));
  }

  function tell(table: Workbook.Table, rows: readonly number[]): void {
    if (rows.length === 0) return;
    send({
      kind: "records",
      ids: rows.map((row) => table.ids[row] ?? ""),
      texts: textsOf(table, rows),
    });
  }

  function answer(ask: number, request: LikenessRequest) {
    return new Promise<LikenessResponse | undefined>((resolve) => {
      waiting.set(ask, resolve);
      send(request);
    });
  }

  async function begin(): Promise<void> {
    const table = workspace.workbook.sheets.get(sheet);
    if (table === undefined) return;
    fields = evidenceOf(table);
    send({ kind: "begin", sheet, fields });
    send({ kind: "decisions", decided: decidedTexts() });
    const rows = Workbook.rows(table);
    for (let from = 0; from < rows.length && !isClosed; from += PORTION) {
      tell(table, rows.slice(from, from + PORTION));
      // oxlint-disable-next-line no-await-in-loop -- one portion after the other is the point
      await new Promise((resolve) => setTimeout(resolve));
    }
  }

  let isTold = begin();
  const stop = workspace.onChange((change) => {
    if (change.kind === "all") {
      isTold = begin();
      return;
    }
    const touched = change.touched.get(sheet);
    const table = workspace.workbook.sheets.get(sheet);
    if (touched === undefined || table === undefined) return;
    if (touched.schema) {
      isTold = begin();
      return;
    }
    const changed = [...touched.created, ...touched.changed, ...touched.restored];
    tell(
      table,
      changed.filter((row) => Workbook.isLive(table, row)),
    );
    const gone = touched.deleted.map((row) => table.ids[row] ?? "");
    if (gone.length > 0) send({ kind: "remove", ids: gone });
  });

  function close(): void {
    isClosed = true;
    stop();
    worker.terminate();
    for (const done of waiting.values()) done(undefined);
    waiting.clear();
  }

  /** Undefined where the worker is gone. */
  async function find(
    ask: number,
    id: string,
    least: number,
  ): Promise<readonly Found[] | undefined> {
    const table = workspace.workbook.sheets.get(sheet);
    const row = table?.rowById.get(id);
    if (table === undefined || row === undefined) return [];
    const texts = textsOf(table, [row]).map(([text]) => text ?? "");
    if (texts.every((text) => text === "")) return [];
    const response = await answer(ask, { kind: "find", ask, texts, least });
    if (response === undefined || !("found" in response)) return undefined;
    return response.found.filter((one) => one.id !== id);
  }

  return {
    async like(id) {
      const ask = (asked += 1);
      await isTold;
      if (isClosed || ask !== asked) return undefined;
      const found = await find(ask, id, LEAST);
      return ask === asked ? found?.[0] : undefined;
    },
    async alike(id, least) {
      const ask = (asked += 1);
      await isTold;
      const found = isClosed ? undefined : await find(ask, id, least);
      if (found !== undefined) return found;
      throw new Error("The records could not be compared.");
    },
    async review() {
      const ask = (asked += 1);
      await isTold;
      const response = isClosed ? undefined : await answer(ask, { kind: "review", ask });
      if (response !== undefined && "candidates" in response) return response;
      throw new Error("The records could not be compared.");
    },
    async why(a, b) {
      const ask = (asked += 1);
      const response = isClosed ? undefined : await answer(ask, { kind: "why", ask, pair: [a, b] });
      return response !== undefined && "reasons" in response ? response.reasons : [];
    },
    close,
  };
}
