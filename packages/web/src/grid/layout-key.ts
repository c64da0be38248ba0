/**
 * Under what name a browser keeps how a person looks at a sheet as a whole, or what they changed about a view without saving it.
 */
export function layoutKey(user: string, workspace: string, sheet: string, view?: string): string {
  const whole = `gridfolk:layout:${user}:${workspace}:${sheet}`;
  return view === undefined ? whole : `${whole}:${view}`;
}

/** Whether what is kept there chooses, sorts or groups rows, so that all of them are needed to show the first ones. */
export function isArranged(kept: string | null): boolean {
  try {
    const { filter, filters, sort, group } = (JSON.parse(kept ?? "null") ?? {}) as {
      readonly [part: string]: unknown;
    };
    const isThere = (part: unknown) => Array.isArray(part) && part.length > 0;
    return (typeof filter === "object" && filter !== null) || [filters, sort, group].some(isThere);
  } catch {
    // What cannot be read is not used either.
    return false;
  }
}
