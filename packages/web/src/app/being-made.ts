import type { Toast } from "../ui/toast.tsx";

/** Fewer rows are a file before anybody has read a sentence. */
const MANY_ROWS = 5_000;
/** What a server of the smallest kind writes. */
const ROWS_PER_MS = 8;

/**
 * What is said until a file that was asked for is there: of many rows it takes a while before the browser shows anything of it.
 * `undefined` where there is nothing to wait for.
 */
export function beingMade(format: "xlsx" | "csv", rows: number): Toast | undefined {
  if (rows < MANY_ROWS) return undefined;
  return {
    text: format === "xlsx" ? "The Excel file is being made" : "The CSV file is being made",
    detail: `Up to ${rows.toLocaleString()} rows take a moment. Your browser saves it when it is ready.`,
    key: "export",
    durationMs: Math.min(60_000, Math.max(4_000, Math.round(rows / ROWS_PER_MS))),
  };
}
