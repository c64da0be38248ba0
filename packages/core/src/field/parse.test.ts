import { describe, expect, test } from "vitest";
import type { Cell } from "./cell.ts";
import type { Field, FieldType, Locale } from "./field.ts";
import { registry } from "./registry.ts";
import { href } from "./types/url.ts";

const us: Locale = {
  locale: "en-US",
  timeZone: "America/New_York",
  currency: "USD",
  country: "US",
};
const de: Locale = { locale: "de-DE", timeZone: "Europe/Berlin", currency: "EUR", country: "DE" };
const fr: Locale = { locale: "fr-FR", timeZone: "Europe/Paris", currency: "EUR", country: "FR" };
const se: Locale = {
  locale: "sv-SE",
  timeZone: "Europe/Stockholm",
  currency: "SEK",
  country: "SE",
};
const jp: Locale = { locale: "ja-JP", timeZone: "Asia/Tokyo", currency: "JPY", country: "JP" };
const es: Locale = { locale: "es-ES", timeZone: "Europe/Madrid", currency: "EUR", country: "ES" };
const pt: Locale = {
  locale: "pt-BR",
  timeZone: "America/Sao_Paulo",
  currency: "BRL",
  country: "BR",
};

function parse(
  type: FieldType,
  text: string,
  locale: Locale,
  more: Partial<Field> = {},
): Cell | undefined {
  return registry[type].parse(text, { key: "f", name: "F", type, ...more }, locale);
}

describe("number", () => {
  test.each([
    ["1,234.50", us, 1234.5],
    ["1.234,50", us, 1234.5],
    ["1.234,50", de, 1234.5],
    ["1,234.50", de, 1234.5],
    ["1 234,50", fr, 1234.5],
    ["1\u202f234,50", fr, 1234.5],
    ["1'234.50", us, 1234.5],
    ["12,34,567.8", us, 1234567.8],
    ["(1,234.50)", us, -1234.5],
    ["1,234.50-", us, -1234.5],
    ["350,-", us, 350],
    ["1.200,--", us, 1200],
    ["-350.–", us, -350],
    ["1 200:-", se, 1200],
    ["350-", us, -350],
    ["−5", us, -5],
    ["+5", us, 5],
    ["1,234", us, 1234],
    ["1,234", de, 1.234],
    ["1.234", de, 1234],
    ["12.5", de, 12.5],
    ["12,5", us, 12.5],
    ["1.234.567", us, 1234567],
    [".5", us, 0.5],
    ["007", us, 7],
    ["1e3", us, 1000],
    ["١٬٢٣٤٫٥", us, 1234.5],
    ["-0", us, 0],
    ["999999999999999", us, 999999999999999],
  ])("%s in %o is a number", (text, locale, value) => {
    expect(parse("number", text, locale)).toBe(value);
  });

  test.each([
    "12,34,5.6",
    "1.2.3",
    "--5",
    "(-5)",
    "1 2",
    "12a",
    "1e999",
    "1234567890123456",
    "Infinity",
    "0x10",
    "½",
  ])("%s is kept as text", (text) => {
    expect(parse("number", text, us)).toEqual({ invalid: text });
    expect(registry.number.why(text, { key: "f", name: "F", type: "number" }, us)).not.toBe("");
  });

  test("is read by what a column proved, where it did", () => {
    const read = registry.number.parser({ key: "f", name: "F", type: "number" }, us, {
      decimal: ",",
    });
    expect(read("1.234")).toBe(1234);
    expect(read("1,234")).toBe(1.234);
    expect(read("12.5")).toEqual({ invalid: "12.5" });
    expect(read("1,234.5")).toEqual({ invalid: "1,234.5" });
  });
});

describe("percent", () => {
  test.each([
    ["12 %", us, 0.12],
    ["12", us, 0.12],
    ["12,5 %", de, 0.125],
    ["%12", us, 0.12],
    ["-7%", us, -0.07],
    ["(7%)", us, -0.07],
    ["0.07%", us, 0.0007],
  ])("%s is a fraction", (text, locale, value) => {
    expect(parse("percent", text, locale)).toBe(value);
  });

  test("is shown in hundredths without noise", () => {
    expect(registry.percent.format(0.07, { key: "f", name: "F", type: "percent" }, us)).toBe("7%");
    expect(registry.percent.format(0.07, { key: "f", name: "F", type: "percent" }, de)).toBe(
      "7\u00a0%",
    );
  });
});

describe("currency", () => {
  test.each([
    ["1234.5", us, "123450 USD"],
    ["$1,234.50", us, "123450 USD"],
    ["-$5", us, "-500 USD"],
    ["$-5", us, "-500 USD"],
    ["($5.00)", us, "-500 USD"],
    ["$(5.00)", us, "-500 USD"],
    ["1.234,50 €", us, "123450 EUR"],
    ["€1.234,50", de, "123450 EUR"],
    ["1.200,-", de, "120000 EUR"],
    ["1.200,-- EUR", de, "120000 EUR"],
    ["1.200,-", us, "120000 USD"],
    ["CHF 350.–", de, "35000 CHF"],
    ["1 200:-", se, "120000 SEK"],
    ["-350,- €", us, "-35000 EUR"],
    ["eur 5", us, "500 EUR"],
    ["CHF 1’200.50", de, "120050 CHF"],
    ["¥1,000", jp, "1000 JPY"],
    ["1000.00 JPY", us, "1000 JPY"],
    ["KWD 1.500", us, "1500 KWD"],
    ["500 kr", se, "50000 SEK"],
    ["R$ 1.234,50", pt, "123450 BRL"],
    ["US$ 5", pt, "500 USD"],
    ["$5", jp, "500 USD"],
    ["$5 CAD", us, "500 CAD"],
    ["0.50", us, "50 USD"],
    ["0", us, "0 USD"],
  ])("%s is an amount", (text, locale, value) => {
    expect(parse("currency", text, locale)).toBe(value);
  });

  test("a shared symbol means the field's own currency first, then the workspace's", () => {
    expect(parse("currency", "$5", us, { currency: "AUD" })).toBe("500 AUD");
    expect(parse("currency", "$5", { ...us, currency: "CAD" }, { currency: "EUR" })).toBe(
      "500 CAD",
    );
    expect(parse("currency", "500 kr", us)).toEqual({ invalid: "500 kr" });
  });

  test.each([
    "12.345",
    "1.5 JPY",
    "5 XYZ",
    "abc",
    "$",
    "5 apples",
    "1234567890123456",
    "$5 €",
    "--5",
  ])("%s is kept as text", (text) => {
    expect(parse("currency", text, us)).toEqual({ invalid: text });
    expect(registry.currency.why(text, { key: "f", name: "F", type: "currency" }, us)).toMatch(
      /not|more/,
    );
  });

  test("JSON carries major units, and binary noise is no decimal too many", () => {
    const field: Field = { key: "f", name: "F", type: "currency", currency: "EUR" };
    const { toJson, fromJson } = registry.currency;
    expect(toJson("123450 USD", field)).toEqual({ amount: "1234.50", currency: "USD" });
    expect(toJson("-5 USD", field)).toEqual({ amount: "-0.05", currency: "USD" });
    expect(toJson("1500 JPY", field)).toEqual({ amount: "1500", currency: "JPY" });
    expect(fromJson(1234.5, field, us)).toBe("123450 EUR");
    expect(fromJson(0.1 + 0.2, field, us)).toBe("30 EUR");
    expect(fromJson(0.305, field, us)).toEqual({ invalid: "0.305 EUR" });
    expect(fromJson({ amount: "5", currency: "KWD" }, field, us)).toBe("5000 KWD");
    expect(() => fromJson({ amount: "5", currency: "XYZ" }, field, us)).toThrow(/takes/);
  });
});

describe("date", () => {
  test.each([
    ["2026-12-31", us, "2026-12-31"],
    ["2026/1/5", us, "2026-01-05"],
    ["20261231", us, "2026-12-31"],
    ["31122026", us, "2026-12-31"],
    ["12312026", de, "2026-12-31"],
    ["03042026", de, "2026-04-03"],
    ["20122011", us, "2011-12-20"],
    ["12/31/2026", us, "2026-12-31"],
    ["31/12/2026", us, "2026-12-31"],
    ["12/31/2026", de, "2026-12-31"],
    ["03/04/2026", us, "2026-03-04"],
    ["03.04.2026", de, "2026-04-03"],
    ["3.4.26", de, "2026-04-03"],
    ["1/1/49", us, "2049-01-01"],
    ["1/1/50", us, "1950-01-01"],
    ["99-03-14", us, "1999-03-14"],
    ["March 12, 2026", us, "2026-03-12"],
    ["12-Mar-26", us, "2026-03-12"],
    ["Thu, 12 Mar 2026", us, "2026-03-12"],
    ["12th of March 2026", us, "2026-03-12"],
    ["12. März 2026", us, "2026-03-12"],
    ["Donnerstag, 12. März 2026", de, "2026-03-12"],
    ["1er février 2026", fr, "2026-02-01"],
    ["12 de marzo de 2026", es, "2026-03-12"],
    ["12 de março de 2026", pt, "2026-03-12"],
    ["2026年12月31日", jp, "2026-12-31"],
    ["26/12/31", jp, "2026-12-31"],
    ["12 mars 2026", se, "2026-03-12"],
    ["2026-12-31T00:00:00Z", us, "2026-12-31"],
    ["12/31/2026 0:00", us, "2026-12-31"],
    ["12/31/2026 12:00 AM", us, "2026-12-31"],
    ["2024-02-29", us, "2024-02-29"],
  ])("%s is a day", (text, locale, value) => {
    expect(parse("date", text, locale)).toBe(value);
  });

  test.each([
    "2026-02-29",
    "31/31/2026",
    "3/14",
    "March 2026",
    "12:30",
    "2026-12-31 14:05",
    "1/2/3",
    "next week",
    "0/1/2026",
    "12345678",
    "31311999",
    "01011850",
  ])("%s is kept as text", (text) => {
    expect(parse("date", text, us)).toEqual({ invalid: text });
  });

  test("is read in the order that a column proved, and only in that", () => {
    const read = registry.date.parser({ key: "f", name: "F", type: "date" }, us, {
      dateOrder: "dmy",
    });
    expect(read("03/04/2026")).toBe("2026-04-03");
    expect(read("12/31/2026")).toEqual({ invalid: "12/31/2026" });
    expect(read("03042026")).toBe("2026-04-03");
    expect(read("12312026")).toEqual({ invalid: "12312026" });
    expect(read("2026-12-31")).toBe("2026-12-31");
  });

  test("counts what a column proves about its order", () => {
    const fit = registry.date.guess(
      [
        "31/12/2026",
        "12/31/2026",
        "03/04/2026",
        "03/03/2026",
        "2026-01-01",
        "1 May 2026",
        "n/a",
        "",
        "soon",
      ],
      us,
    );
    expect(fit).toEqual({
      fits: 6,
      of: 7,
      placeholders: 1,
      dates: { dayFirst: 1, monthFirst: 1, both: 1, same: 1, iso: 1, named: 1 },
    });
  });
});

describe("date and time", () => {
  test.each([
    ["2026-11-22T00:10:00Z", us, "2026-11-22T00:10:00Z"],
    ["2026-11-22T00:10:00+01:00", us, "2026-11-21T23:10:00Z"],
    ["2026-11-22 00:10:00.123456 UTC", us, "2026-11-22T00:10:00.123Z"],
    ["11/22/2026 2:05 PM", us, "2026-11-22T19:05:00Z"],
    ["11/22/2026, 2pm", us, "2026-11-22T19:00:00Z"],
    ["22.11.2026 14:05 Uhr", de, "2026-11-22T13:05:00Z"],
    ["22.11.2026 um 14:05", de, "2026-11-22T13:05:00Z"],
    ["22 novembre 2026 à 14h05", fr, "2026-11-22T13:05:00Z"],
    ["22 Nov 2026 14:05:09", us, "2026-11-22T19:05:09Z"],
    ["11/22/2026", us, "2026-11-22T05:00:00Z"],
    ["12/1/2026 12:00 AM", us, "2026-12-01T05:00:00Z"],
    ["12/1/2026 12:00 PM", us, "2026-12-01T17:00:00Z"],
    ["7/1/2026 12:00", us, "2026-07-01T16:00:00Z"],
  ])("%s is an instant", (text, locale, value) => {
    expect(parse("dateTime", text, locale)).toBe(value);
  });

  test("clock changes: a time that comes twice is the first, one that is skipped moves on", () => {
    expect(parse("dateTime", "25.10.2026 02:30", de)).toBe("2026-10-25T00:30:00Z");
    expect(parse("dateTime", "29.03.2026 02:30", de)).toBe("2026-03-29T01:30:00Z");
    const field: Field = { key: "f", name: "F", type: "dateTime" };
    expect(registry.dateTime.edit("2026-10-25T00:30:00Z", field, de)).toBe("25.10.2026 02:30");
    expect(registry.dateTime.edit("2026-10-25T01:30:00Z", field, de)).toBe("2026-10-25T01:30:00Z");
  });

  test.each([
    "14:05",
    "2026-11-22 25:00",
    "2026-11-22 14:60",
    "11/22/2026 13 PM",
    "2026-11-22 14",
    "yesterday",
  ])("%s is kept as text", (text) => {
    expect(parse("dateTime", text, us)).toEqual({ invalid: text });
  });

  test("an unknown zone reads as UTC and does not throw", () => {
    expect(parse("dateTime", "2026-11-22 14:05", { ...us, timeZone: "Mars/Base" })).toBe(
      "2026-11-22T14:05:00Z",
    );
  });
});

describe("checkbox", () => {
  test.each(["yes", "Y", "true", "1", "x", "✓", "ja", "Oui", "sí", "Sim", "WAHR"])(
    "%s is ticked",
    (text) => {
      expect(parse("checkbox", text, us)).toBe(true);
    },
  );
  test.each(["no", "N", "FALSE", "0", "nein", "Non", "não"])("%s is not", (text) => {
    expect(parse("checkbox", text, us)).toBe(false);
  });
  test("anything else is kept as text", () => {
    expect(parse("checkbox", "maybe", us)).toEqual({ invalid: "maybe" });
  });
});

describe("choices", () => {
  const options = ["Lead", "Won, big", "Zürich"].map((name) => ({ name }));
  test("are matched without regard to case and spacing", () => {
    expect(parse("choice", " lead ", us, { options })).toBe("Lead");
    expect(parse("choice", "won,  BIG", us, { options })).toBe("Won, big");
    expect(parse("choice", "ZU\u0308RICH", us, { options })).toBe("Zürich");
    expect(parse("choice", "Leads", us, { options })).toEqual({ invalid: "Leads" });
  });
  test("several are separated by comma, semicolon or line break, quoted where they contain one", () => {
    expect(parse("multiChoice", "zürich; lead", us, { options })).toEqual(["Zürich", "Lead"]);
    expect(parse("multiChoice", 'lead\n"won, big"', us, { options })).toEqual(["Lead", "Won, big"]);
    expect(parse("multiChoice", "won, big", us, { options })).toEqual(["Won, big"]);
    expect(parse("multiChoice", "lead, LEAD", us, { options })).toEqual(["Lead"]);
    expect(parse("multiChoice", "lead, other", us, { options })).toEqual({
      invalid: "lead, other",
    });
    expect(
      registry.multiChoice.why(
        "lead, other",
        { key: "f", name: "Tags", type: "multiChoice", options },
        us,
      ),
    ).toBe("“other” is not one of the choices of Tags: “Lead”, “Won, big” or “Zürich”.");
  });
});

describe("e-mail", () => {
  test.each([
    "a@b.co",
    "anna@acme.test",
    "o'brien+x@mail.example.com",
    "müller@bücher.example",
    "x@sub.xn--bcher-kva.example",
  ])("%s fits", (text) => {
    expect(parse("email", ` ${text} `, us)).toBe(text);
  });
  test.each([
    "a@b",
    "a b@c.de",
    "a@b.co, c@d.ee",
    "@b.co",
    "a@@b.co",
    "a@-b.co",
    "a..b@c.de",
    "Anna <a@b.co>",
    "a@b.c",
  ])("%s is kept as text", (text) => {
    expect(parse("email", text, us)).toEqual({ invalid: text });
    expect(registry.email.why(text, { key: "f", name: "F", type: "email" }, us)).toMatch(
      /e-mail address|more than one/,
    );
  });
  test("is matched without regard to case", () => {
    expect(registry.email.key("Anna@Acme.TEST")).toBe("anna@acme.test");
  });
});

describe("web address", () => {
  test.each([
    "example.com",
    "https://www.example.com/a?b=c#d",
    "http://localhost:3000",
    "sub.example.co.uk/x",
    "192.168.0.1",
    "bücher.example",
  ])("%s fits as typed", (text) => {
    expect(parse("url", ` ${text}`, us)).toBe(text);
  });
  test.each([
    "javascript:alert(1)",
    "data:text/html,x",
    "example",
    "a b.com",
    "mailto:a@b.co",
    "a@b.co",
    "http://",
    "//example.com",
  ])("%s is kept as text", (text) => {
    expect(parse("url", text, us)).toEqual({ invalid: text });
  });
  test("is matched by host and path, and leads somewhere safe", () => {
    expect(registry.url.key("https://www.Example.com/")).toBe(registry.url.key("example.com"));
    expect(registry.url.key("example.com/A")).not.toBe(registry.url.key("example.com/a"));
    expect(href("example.com")).toBe("https://example.com");
    expect(href("http://example.com")).toBe("http://example.com");
  });
});

test("long nonsense of any kind is read in no time and quoted short", () => {
  const bodies = [
    " ",
    "1",
    "1 ",
    "(",
    "-",
    "a",
    "a.",
    "@",
    "a@",
    '"',
    '","',
    "/",
    "1/",
    ".",
    "0",
    "\u0301",
    "x 1",
    "$",
  ];
  const start = performance.now();
  for (const type of Object.keys(registry) as FieldType[]) {
    const field: Field = { key: "f", name: "F", type };
    for (const body of bodies) {
      const text = `1${body.repeat(100_000 / body.length)}x`;
      registry[type].parse(text, field, us);
      expect(registry[type].why(text, field, us).length).toBeLessThan(400);
      registry[type].guess([text], us);
    }
  }
  expect(performance.now() - start).toBeLessThan(10_000);
});

describe("guess", () => {
  const guess = (type: FieldType, sample: readonly string[]) => registry[type].guess(sample, us);
  test("leading zeros and long numbers are no numbers", () => {
    expect(guess("number", ["01234", "90210", "10001"])).toMatchObject({
      fits: 0,
      numbers: { leadingZero: 1 },
    });
    expect(guess("number", ["1234567890123456", "1"])).toMatchObject({
      fits: 0,
      numbers: { tooLong: 1 },
    });
    expect(guess("number", ["12,5", "1.234,5", "7"])).toMatchObject({
      fits: 3,
      numbers: { decimalComma: 2 },
    });
  });
  test("an amount is one when it names a currency", () => {
    expect(guess("currency", ["12.50", "7"])).toMatchObject({ fits: 0 });
    expect(guess("currency", ["$12.50", "7", "n/a"])).toMatchObject({
      fits: 2,
      of: 2,
      placeholders: 1,
      numbers: { currency: 1 },
    });
    expect(guess("percent", ["12 %", "7"])).toMatchObject({ fits: 1, of: 2 });
  });
  test("few names that come again are choices", () => {
    const stages = Array.from(
      { length: 40 },
      (_, index) => ["Lead", "Won", "Lost"][index % 3] ?? "",
    );
    expect(guess("choice", stages)).toMatchObject({ fits: 40, options: ["Lead", "Won", "Lost"] });
    expect(guess("choice", ["a", "b", "c"])).toMatchObject({
      fits: 0,
      against: "too few come more than once",
    });
    const tags = Array.from({ length: 40 }, (_, index) =>
      index % 2 === 0 ? "vip, retail" : "vip",
    );
    expect(guess("multiChoice", tags)).toMatchObject({ fits: 40, options: ["vip", "retail"] });
    expect(guess("multiChoice", stages)).toMatchObject({ fits: 0 });
  });
});

test.each([
  ["$ (1,200.00)", "-120000 USD"],
  ["$ -", "0 USD"],
  ["-$5.00", "-500 USD"],
])("%s as accounts show it is %s", (text, stored) => {
  const field = { key: "v", name: "V", type: "currency", currency: "USD" } as const;
  const locale = { locale: "en-US", timeZone: "UTC", currency: "USD", country: "US" };
  expect(registry.currency.parse(text, field, locale)).toBe(stored);
});
