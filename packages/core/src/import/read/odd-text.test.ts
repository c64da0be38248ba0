import { expect, test } from "vitest";
import { readCsv } from "./csv.ts";
import { list } from "./rows.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const read = (text: string) => readCsv(bytes(text));

test("the euro sign and typographic quotes of windows-1252 are read, whatever the platform's decoder does", () => {
  const table = readCsv(
    Uint8Array.from(
      [..."Preis;Text\n5 \x80;\x84Gr\xfc\xdfe\x93\n"].map((one) => one.charCodeAt(0)),
    ),
  );
  expect(table.encoding).toBe("windows-1252");
  expect(list(table.rows)[1]).toEqual(["5 €", "„Grüße“"]);
});

test("a sign that stands twice separates where it may occur once in a value", () => {
  const table = read("id||name||note\n1||Acme|Co||late\n2||Beta||\n");
  expect(table.delimiter).toBe("||");
  expect(list(table.rows)).toEqual([
    ["id", "name", "note"],
    ["1", "Acme|Co", "late"],
    ["2", "Beta", ""],
  ]);
});

test("empty cells do not make a double delimiter", () => {
  expect(read("a;;b\n1;;2\n3;4;5\n").delimiter).toBe(";");
});

test("columns that spaces keep apart are cut where all lines have a gap", () => {
  const table = read(
    "Name              City        Orders\nAlice Johnson     Berlin          12\nBob Lee           New York         3\n",
  );
  expect(list(table.rows)).toEqual([
    ["Name", "City", "Orders"],
    ["Alice Johnson", "Berlin", "12"],
    ["Bob Lee", "New York", "3"],
  ]);
  expect(table.notes).toHaveLength(1);
});

test("prose is no table of columns", () => {
  const lines = list(
    read("The file in this folder is old.\nIt was made by hand, then lost.\nNobody knows.\n").rows,
  );
  expect(lines).toHaveLength(3);
});

test("lines that are quoted as a whole are unwrapped", () => {
  const table = read('"id,name,city"\n"1,""Smith, John"",Boston"\n"2,""Doe, Jane"",Denver"\n');
  expect(list(table.rows)).toEqual([
    ["id", "name", "city"],
    ["1", "Smith, John", "Boston"],
    ["2", "Doe, Jane", "Denver"],
  ]);
});

test("one column of quoted texts stays one column", () => {
  expect(list(read('"Name"\n"Smith"\n"Jones"\n').rows)).toEqual([["Name"], ["Smith"], ["Jones"]]);
});

test("a space before a quote belongs to the delimiter", () => {
  expect(list(read('"int", "text"\n"1", "a, b"\n"2", "c"\n').rows)).toEqual([
    ["int", "text"],
    ["1", "a, b"],
    ["2", "c"],
  ]);
});
