/** A key that types a sign, and not a shortcut or the space that presses a button. */
export function isTextEntry(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return false;
  return [...event.key].length === 1 && event.key !== " ";
}
