import { type CsvOptions, readCsv } from "./csv.ts";
import { detectKind } from "./kind.ts";
import type { RawFile } from "./raw.ts";
import { readVcard } from "./vcard.ts";
import { readXlsx, type XlsxLimits } from "./xlsx.ts";

export interface ReadOptions extends CsvOptions {
  readonly xlsx?: XlsxLimits;
}

/**
 * Reads any file that can be imported, by its content. Throws `unsupported-file` or `too-large` with words about what to do. Runs to
 * its end without yielding: call it in a worker that can be ended when it takes too long.
 */
export function readFile(bytes: Uint8Array, options: ReadOptions = {}): RawFile {
  const kind = detectKind(bytes);
  if (kind === "xlsx") return { kind, tables: readXlsx(bytes, options.xlsx) };
  if (kind === "vcard") return { kind, tables: [readVcard(bytes, options)] };
  return { kind: "csv", tables: [readCsv(bytes, options)] };
}
