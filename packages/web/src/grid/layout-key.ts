/**
 * Under what name a browser keeps how a person looks at a sheet as a whole, or what they changed about a view without saving it.
 */
export function layoutKey(user: string, workspace: string, sheet: string, view?: string): string {
  const whole = `gridfolk:layout:${user}:${workspace}:${sheet}`;
  return view === undefined ? whole : `${whole}:${view}`;
}
