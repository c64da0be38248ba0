/** Filled in when the readers of core/import exist. */
export interface FileReader {
  readonly limitMs: number;
}
