import { beforeAll, expect, test } from "vitest";
import { loadPhones } from "../field/phone.ts";
import { registry } from "../field/registry.ts";
import { describeColumns } from "./column.ts";
import { dataRows, findTable } from "./table.ts";

beforeAll(() => loadPhones());
const locale = { locale: "en-US", timeZone: "UTC", currency: "USD", country: "US" };

/** What is said about one column. */
function column(name: string, values: readonly (string | number)[]) {
  const rows = [[name, "x"], ...values.map((value) => [value, "y"])];
  const table = findTable(
    { sheet: null, encoding: "utf-8", delimiter: ",", quote: '"', rows, notes: [] },
    { headerRow: 0 },
  );
  return describeColumns(table, dataRows(table), locale, registry)[0]!;
}

test("placeholders do not hide what a column is", () => {
  expect(column("Employees", ["12", "-", "45", "unknown", "7"]).type).toBe("number");
  expect(column("Founded", ["2001-05-04", "TBD", "none", "1999-12-31"]).type).toBe("date");
});

test.each([
  ["Close date", ["45291", "45323"], "date"],
  ["Datum", ["45291", "45323"], "date"],
  ["Amount", ["45291", "45323"], "number"],
  ["Date", ["45291", "7"], "number"],
])("five digits under %s, %j: %s", (name, values, type) => {
  expect(column(name, values)).toMatchObject({ type });
});

test("day numbers of Excel are read as the days that they are", () => {
  const { reading } = column("Close date", ["45291"]);
  const field = { id: "f", key: "d", name: "D", type: "date" } as never;
  expect(registry.date.parse("45291", field, locale, reading)).toBe("2023-12-31");
  expect(registry.date.parse("45291", field, locale)).toEqual({ invalid: "45291" });
});

test("a list of months proves its order; a few dates do not", () => {
  const months = Array.from({ length: 36 }, (_, at) => {
    const month = String((at % 12) + 1).padStart(2, "0");
    return `01-${month}-${2020 + Math.floor(at / 12)}`;
  });
  expect(column("Month", months)).toMatchObject({ type: "date", dateOrder: "dmy" });
  expect(column("Month", months.slice(0, 6)).dateOrder).toBeNull();
});

test("dates among date-times are midnight", () => {
  expect(column("At", ["1971-01-01 04:14:00", "1948-01-01 14:57:13", "1920-01-01"]).type).toBe(
    "dateTime",
  );
});

test("names of files and dotted codes are no web addresses", () => {
  expect(column("File", ["report.txt", "data.csv"]).type).toBe("text");
  expect(column("Kind", ["video.movie", "video.episode"]).type).toBe("text");
  expect(column("Site", ["acme.com", "www.x.de", "shop.acme.co.uk/a"]).type).toBe("url");
});

test.each(["电话", "전화", "Телефон"])(
  "numbers under %s are phone numbers of another country",
  (name) => {
    expect(column(name, ["010-6234-5678", "021-5888-7777", "020-8333-1234"]).type).toBe("phone");
  },
);

test("a single letter is no yes or no", () => {
  expect(column("c", ["f"]).type).toBe("text");
  expect(column("c", ["y", "n"]).type).toBe("checkbox");
});

test.each([
  ["5 gennaio 2024", "2024-01-05"],
  ["12 febbraio 2023", "2023-02-12"],
  ["3 maart 2021", "2021-03-03"],
  ["lunedì 1 luglio 2024", "2024-07-01"],
])("%s is %s", (text, iso) => {
  const field = { id: "f", key: "d", name: "D", type: "date" } as never;
  expect(registry.date.parse(text, field, locale)).toBe(iso);
});
