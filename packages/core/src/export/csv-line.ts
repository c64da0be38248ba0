/** One record of a CSV file after RFC 4180, without its line end. */
export function csvLine(cells: readonly string[]): string {
  return cells.map(csvCell).join(",");
}

/** Quoted where the text would not come back otherwise; also around blanks, which some readers trim. */
function csvCell(text: string): string {
  return /[",\n\r]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
