import { type CsvOptions, readCsv } from "./csv.ts";
import { detectKind } from "./kind.ts";
import type { RawFile } from "./raw.ts";
import { readXlsx, type XlsxLimits } from "./xlsx.ts";

export interface ReadOptions extends CsvOptions {
  readonly xlsx?: XlsxLimits;
}

/**
 * Reads any file that can be imported, by its content. Throws `unsupported-file` or `too-large` with words about what to do. Runs to
 * its end without yielding: call it in a worker that can be ended when it takes too long.
 */
export function readFile(bytes: Uint8Array, options: ReadOptions = {}): RawFile {
  if (detectKind(bytes) === "xlsx") return { kind: "xlsx", tables: readXlsx(bytes, options.xlsx) };
  return { kind: "csv", tables: [readCsv(bytes, options)] };
}
