import { beforeAll, describe, expect, test } from "vitest";
import { loadPhones } from "../field/phone.ts";
import { registry } from "../field/registry.ts";
import { describeColumns } from "./column.ts";
import { dataRows, findTable } from "./table.ts";

beforeAll(() => loadPhones());
const locale = { locale: "en-US", timeZone: "UTC", currency: "USD", country: "US" };

/** What is said about one column. */
function column(name: string, values: readonly (string | number)[]) {
  return columns(
    [name, "x"],
    values.map((value) => [value, "y"]),
  )[0]!;
}

function columns(names: readonly string[], lines: readonly (readonly (string | number)[])[]) {
  const rows = [names, ...lines];
  const table = findTable(
    { sheet: null, encoding: "utf-8", delimiter: ",", quote: '"', rows, notes: [] },
    { headerRow: 0 },
  );
  return describeColumns(table, dataRows(table), locale, registry);
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

test("eight figures with the year at the end prove their order like any dates, or it is asked", () => {
  const datum = (...values: string[]) => column("Datum", values);
  expect(datum("05012024", "25022024")).toMatchObject({
    type: "date",
    dateOrder: "dmy",
    writing: { asks: false, examples: [{ proves: null }, { proves: "dmy" }] },
  });
  expect(datum("05012024", "02252024")).toMatchObject({ dateOrder: "mdy" });
  expect(datum("05012024", "01022024")).toMatchObject({
    type: "date",
    dateOrder: null,
    writing: { asks: true },
  });
  expect(datum("25022024", "02252024")).toMatchObject({ dateOrder: null, writing: { asks: true } });
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

test.each([
  ["Datum", ["Mo, 05.01.2024", "Di, 16.01.2024"], "date"],
  [
    "At",
    ["Mon Jan 05 2024 10:00:00 GMT+0100 (CET)", "Tue Jan 06 2024 11:30:00 GMT+0100"],
    "dateTime",
  ],
  ["Discount", ["10%", "0", "7.5%", "0", "20%"], "percent"],
  ["Number", ["١٢٣", "٤٥٦"], "number"],
  ["Amount", ["$ (1,200.00)", "$ 900.50", "$ -"], "currency"],
  ["Website", ["http://", "https://acme.com", "http://"], "url"],
])("%s, %j: %s", (name, values, type) => {
  expect(column(name, values).type).toBe(type);
});

test("days that a worksheet stores as midnight are dates", () => {
  const cell = (value: string) => ({ as: "dateTime", value, text: value.replace("T", " ") });
  const cells = ["2024-01-05T00:00:00", "2024-01-06T00:00:00"].map(cell);
  expect(column("Shipped", cells as never).type).toBe("date");
  const timed = [...cells, cell("2024-01-06T10:30:00")];
  expect(column("Shipped", timed as never).type).toBe("dateTime");
});

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

describe("the order of dates", () => {
  test("is proved by counts, told with rows, and can be changed", () => {
    const facts = column("Date", ["03/04/2021", "31/12/2021", "25/01/2022", "05/06/2022"]);
    expect(facts.reason).toBe("2 dates prove day first, none month first, 2 fit both.");
    expect(facts).toMatchObject({ dateOrder: "dmy", reading: { dateOrder: "dmy" } });
    expect(facts.writing).toMatchObject({ about: "dateOrder", used: "dmy", asks: false });
    expect(facts.writing?.ways).toEqual([
      { value: "dmy", reads: "Apr 3, 2021" },
      { value: "mdy", reads: "Mar 4, 2021" },
    ]);
  });

  test("is asked when nothing proves it, with a row to look at", () => {
    const facts = column("Date", ["03/03/2021", "03/04/2021", "05/06/2022"]);
    expect(facts.dateOrder).toBeNull();
    expect(facts.doubt).toContain("2 dates fit both ways, none proves one.");
    expect(facts.doubt).toContain("03/04/2021 in row 3");
    expect(facts.writing).toMatchObject({ asks: true, used: "mdy" });
  });

  test("is asked when dates contradict each other, with the rows of both kinds", () => {
    const usual = Array.from({ length: 700 }, (_, at) => `${13 + (at % 15)}/01/20${10 + (at % 9)}`);
    const facts = column("Date", [...usual, "12/31/2021", "03/04/2021"]);
    expect(facts.dateOrder).toBeNull();
    expect(facts.doubt).toContain("700 dates prove day first, 1 month first, 1 fit both.");
    expect(facts.writing).toMatchObject({ asks: true, used: "dmy" });
    expect(facts.writing?.examples).toContainEqual({
      row: 701,
      text: "12/31/2021",
      proves: "mdy",
    });
  });

  test("need not be asked where it makes no difference, or another column of the file proves it", () => {
    expect(column("Date", ["03/03/2021", "04/04/2021"]).writing?.asks).toBe(false);
    const [open, proved] = columns(
      ["Due", "Created"],
      [
        ["03/04/2021", "31/12/2020"],
        ["05/06/2021", "30/11/2020"],
      ],
    );
    expect(proved?.dateOrder).toBe("dmy");
    expect(open?.dateOrder).toBeNull();
    expect(open).toMatchObject({ reading: { dateOrder: "dmy" }, writing: { asks: false } });
    expect(open?.doubt).toContain("“Created” proves day first");
  });
});

describe("the decimal mark", () => {
  test("is proved by counts over all rows, not only by a sample", () => {
    const values = Array.from({ length: 3000 }, (_, at) => `${1 + (at % 9)}.${100 + (at % 800)}`);
    values[1501] = "12,5";
    const facts = column("Amount", values);
    expect(facts.reason).toContain("1 value proves a decimal comma, none a decimal point");
    expect(facts).toMatchObject({ reading: { decimal: "," }, writing: { asks: false } });
  });

  test("is asked when 1.234 may be two numbers", () => {
    const facts = column("Amount", ["1.234", "2.500", "7"]);
    expect(facts.doubt).toContain("2 values can be read in two ways, none proves one.");
    expect(facts.writing).toMatchObject({
      asks: true,
      used: ".",
      ways: [
        { value: ".", reads: "1.234" },
        { value: ",", reads: "1234" },
      ],
    });
  });

  test("is asked when both occur and some values fit both", () => {
    expect(column("Amount", ["12,5", "7.25", "1.234"]).writing?.asks).toBe(true);
    expect(column("Amount", ["12,5", "7.25", "12"]).writing).toBeUndefined();
  });

  test("money has no three decimals", () => {
    const facts = column("Amount", ["1.234 €", "2.500 €"]);
    expect(facts).toMatchObject({ type: "currency", reading: { decimal: "," } });
    expect(facts.writing?.asks).toBe(false);
  });
});

test("placeholders are counted, and codes and names that look like them stay", () => {
  expect(column("Fax", ["n/a", "-", "n/a", "212 555 0100"]).placeholders).toEqual([
    { text: "n/a", count: 2, means: false },
    { text: "-", count: 1, means: false },
  ]);
  expect(column("Country", ["DE", "NA", "US", "FR", "-"]).placeholders).toEqual([
    { text: "NA", count: 1, means: true },
    { text: "-", count: 1, means: false },
  ]);
  expect(column("Last name", ["Null", "Lee", "unknown"]).placeholders).toEqual([
    { text: "Null", count: 1, means: true },
    { text: "unknown", count: 1, means: false },
  ]);
});
