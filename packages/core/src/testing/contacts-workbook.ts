import Excel from "exceljs";
import { contacts, HEADER } from "./contacts.ts";

/** Writes contacts as an Excel workbook, texts shared as Excel does. */
export async function writeContactsWorkbook(path: string, rows: number): Promise<void> {
  const writer = new Excel.stream.xlsx.WorkbookWriter({ filename: path, useSharedStrings: true });
  const sheet = writer.addWorksheet("Contacts");
  sheet.addRow([...HEADER]).commit();
  for (const row of contacts(rows)) sheet.addRow(row).commit();
  sheet.commit();
  await writer.commit();
}

/** Reads every row of a workbook with exceljs, as it streams, and does nothing with them. */
export async function readWithExceljs(path: string): Promise<number> {
  const reader = new Excel.stream.xlsx.WorkbookReader(path, {
    sharedStrings: "cache",
    worksheets: "emit",
  });
  let count = 0;
  for await (const sheet of reader) {
    for await (const row of sheet) if (Array.isArray(row.values)) count += 1;
  }
  return count;
}
