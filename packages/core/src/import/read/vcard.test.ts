import { expect, test } from "vitest";
import { cellText } from "./raw.ts";
import { readFile } from "./file.ts";
import * as Rows from "./rows.ts";
import { readVcard } from "./vcard.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

/** Cards as objects of column names. */
function cards(text: string): { [name: string]: string }[] {
  const table = readVcard(bytes(text));
  return Rows.list(table.rows).map((row) =>
    Object.fromEntries(table.names!.map((name, at) => [name, cellText(row[at])])),
  );
}

test("2.1: bare parameters, quoted-printable text over several lines, old encodings", () => {
  const [card] = cards(
    "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:M=FCller;J=FCrgen\r\n" +
      "TEL;WORK;VOICE:0351 4810220\r\nTEL;CELL:0171 1234567\r\n" +
      "NOTE;ENCODING=QUOTED-PRINTABLE:first=0D=0A=\r\nsecond\r\nEND:VCARD\r\n",
  );
  expect(card).toEqual({
    "First name": "Jürgen",
    "Last name": "Müller",
    "Mobile phone": "0171 1234567",
    "Work phone": "0351 4810220",
    Notes: "first\nsecond",
  });
});

test("3.0: folded lines, escapes, groups, several addresses and numbers", () => {
  const [card] = cards(
    "BEGIN:VCARD\nVERSION:3.0\nN:O'Neill;Ann;;;\nFN:Ann O'Neill\nORG:Smith\\, Jones & Co;Sales\nTITLE:Head of\n  sales\n" +
      "item1.EMAIL;type=INTERNET;type=pref:ann@x.example\nEMAIL:a2@x.example\n" +
      "ADR;TYPE=WORK:;Floor 2;1 Main St;Austin;TX;78701;USA\nTEL;TYPE=FAX:1\nPHOTO;ENCODING=b:AAAA\nEND:VCARD\n",
  );
  expect(card).toMatchObject({
    Company: "Smith, Jones & Co",
    Department: "Sales",
    "Job title": "Head of sales",
    "E-mail": "ann@x.example",
    "E-mail 2": "a2@x.example",
    Street: "Floor 2, 1 Main St",
    "Postal code": "78701",
    Fax: "1",
  });
  expect(card).not.toHaveProperty("Name");
});

test("4.0: addresses of numbers and mails; a whole name where it has no parts", () => {
  const [card] = cards(
    'BEGIN:VCARD\nVERSION:4.0\nFN:Blue Bakery\nTEL;VALUE=uri;TYPE="work,voice":tel:+1-418-656-9254;ext=102\nBDAY:19800321\nCATEGORIES:a,b\\,c\nEND:VCARD',
  );
  expect(card).toEqual({
    Name: "Blue Bakery",
    "Work phone": "+1-418-656-9254 ext. 102",
    Birthday: "1980-03-21",
    Categories: "a, b,c",
  });
});

test("a card that is cut off is kept and told; cards are read by their content", () => {
  const file = readFile(bytes("\ufeffBEGIN:VCARD\nN:A;B\nEND:VCARD\nBEGIN:VCARD\nN:C;D\n"));
  expect(file.kind).toBe("vcard");
  expect(Rows.count(file.tables[0]!.rows)).toBe(2);
  expect(file.tables[0]!.notes).toMatchObject([{ row: 1 }]);
});
