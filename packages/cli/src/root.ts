/** The repository's folder. Written into the bundle, which stands somewhere else. */
export const root: string =
  (globalThis as { GRIDFOLK_ROOT?: string }).GRIDFOLK_ROOT ?? process.cwd();
