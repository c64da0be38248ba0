import { describe, expect, test } from "vitest";
import { registry } from "../field/registry.ts";
import type { Locale } from "../field/field.ts";
import { loadPhones } from "../field/phone.ts";
import { readyMadeSheets } from "../sheet/templates.ts";
import { assign } from "./assign.ts";
import { describeColumns } from "./column.ts";
import { proposeMapping, proposeSheet } from "./mapping.ts";
import type { RawTable } from "./read/raw.ts";
import { dataRows, findTable } from "./table.ts";

await loadPhones();
const us: Locale = { locale: "en-US", timeZone: "UTC", currency: "USD", country: "US" };
const [contacts, companies, deals] = readyMadeSheets();

function facts(rows: RawTable["rows"], locale = us) {
  const table = findTable({
    sheet: null,
    encoding: "utf-8",
    delimiter: ",",
    quote: '"',
    rows,
    notes: [],
  });
  return describeColumns(table, dataRows(table), locale, registry);
}

/** Where each column of a header over no data goes. */
function targets(names: string, sheet = contacts!) {
  const columns = names.split("|").map((name, index) => ({ index, name, named: true }));
  const empty = columns.map((column) => ({
    column,
    filled: 0,
    of: 0,
    samples: [],
    type: "text" as const,
    reading: {},
    dateOrder: null,
    reason: "",
    fits: {},
    placeholders: [],
  }));
  return proposeMapping(empty, sheet).columns.map(({ target }) =>
    target.kind === "field" ? target.field : target.kind === "fullName" ? "fullName" : null,
  );
}

describe("columns by their names", () => {
  test.each([
    [
      "First Name|Last Name|E-mail Address|Business Phone|Company|Job Title|Business City|Notes",
      "firstName lastName email phone company title city notes",
    ],
    [
      "Vorname|Name|E-Mail-Adresse|Telefonnummer|Firma|Straße|PLZ|Ort|Land",
      "firstName lastName email phone company street postalCode city country",
    ],
    [
      "Prénom|Nom|Courriel|Téléphone|Société|Adresse|Code postal|Ville|Pays",
      "firstName lastName email phone company street postalCode city country",
    ],
    [
      "Nombre|Apellidos|Correo electrónico|Teléfono|Empresa|Cargo|Dirección|Código postal|Ciudad",
      "firstName lastName email phone company title street postalCode city",
    ],
    [
      "Nome|Sobrenome|E-mail|Celular|Empresa|Endereço|CEP|Cidade",
      "firstName lastName email phone company street postalCode city",
    ],
    [
      "Nome|Cognome|Indirizzo e-mail|Cellulare|Azienda|CAP|Città",
      "firstName lastName email phone company postalCode city",
    ],
    [
      "Voornaam|Achternaam|E-mailadres|Telefoon|Bedrijf|Straat|Postcode|Plaats",
      "firstName lastName email phone company street postalCode city",
    ],
    ["firstName|lastName|email|phone|company", "firstName lastName email phone company"],
    [
      "Full name|E-mail 1 - Value|Phone 1 - Value|Organization Name",
      "fullName email phone company",
    ],
  ])("%s", (names, fields) => {
    expect(targets(names)).toEqual(fields.split(" "));
  });

  test("a column of another kind of record stays out", () => {
    expect(targets("First Name|Company City|Deal Value|Phone 1 - Label")).toEqual([
      "firstName",
      null,
      null,
      null,
    ]);
  });

  test("one field takes one column, the one that fits best", () => {
    expect(targets("Mobile Phone|Phone|Home Phone")).toEqual([null, "phone", null]);
  });

  test("deals and companies have names of their own", () => {
    expect(
      targets("Deal Name|Amount|Deal Stage|Close Date|Deal Owner|Associated Company", deals),
    ).toEqual(["name", "value", "stage", "closeDate", "owner", "company"]);
    expect(targets("Company name|Website|Industry|Number of employees|Phone", companies)).toEqual([
      "name",
      "domain",
      "industry",
      "size",
      "phone",
    ]);
  });
});

describe("columns by what they hold", () => {
  test("addresses without a header are found", () => {
    const found = facts([
      ["Ann", "ann@x.test", "+1 212 555 0100"],
      ["Bob", "bob@x.test", "+1 212 555 0101"],
      ["Cem", "cem@x.test", "+1 212 555 0102"],
    ]);
    const mapping = proposeMapping(found, contacts!);
    expect(
      mapping.columns.map(({ target }) => (target.kind === "field" ? target.field : target.kind)),
    ).toEqual(["new", "email", "phone"]);
  });

  test("a name that its values contradict is not believed", () => {
    const found = facts([["Email"], ["yes"], ["no"], ["yes"], ["no"]]);
    expect(proposeMapping(found, contacts!).columns[0]!.target.kind).toBe("new");
  });

  test("a field's own name is believed where values are merely written badly", () => {
    const found = facts([
      ["Name", "Value", "closeDate"],
      ["One", "lots", "soon"],
      ["Two", "1,000", "2026-01-05"],
      ["Three", "5", "2026-02-01"],
    ]);
    expect(proposeMapping(found, deals!).columns.map(({ target }) => target)).toEqual(
      ["name", "value", "closeDate"].map((field) => ({ kind: "field", field })),
    );
    const better = facts([
      ["Email", "E-mail address"],
      ["ask her", "ann@x.test"],
    ]);
    expect(proposeMapping(better, contacts!).columns.map(({ target }) => target.kind)).toEqual([
      "new",
      "field",
    ]);
  });

  test("the sheet is the one that most of the table fits", () => {
    const people = facts([
      ["First name", "Surname", "Email"],
      ["Ann", "Lee", "ann@x.test"],
    ]);
    const sales = facts([
      ["Opportunity", "Amount", "Stage", "Close date"],
      ["Big one", "1200", "Won", "2026-01-31"],
    ]);
    expect(proposeSheet(people, readyMadeSheets())?.key).toBe("contacts");
    expect(proposeSheet(sales, readyMadeSheets())?.key).toBe("deals");
    expect(
      proposeSheet(
        facts([
          ["Name", "Age"],
          ["Ann Lee", "36"],
        ]),
        readyMadeSheets(),
      )?.key,
    ).toBe("contacts");
  });
});

describe("types", () => {
  const column = (values: string[], name = "Field", locale = us) =>
    facts([["Key", name], ...values.map((value, index) => [`k${index}`, value])], locale)[1]!;

  test.each([
    ["number", ["12", "7.5", "-3", "1,200"]],
    ["currency", ["$12.00", "$7.50", "$1,200.00"]],
    ["percent", ["12%", "7.5 %", "100%"]],
    ["date", ["2026-01-31", "2026-02-28", "2025-12-01"]],
    ["dateTime", ["2026-01-31 10:00", "2026-02-28 11:30", "2025-12-01 09:15"]],
    ["email", ["a@x.test", "b@x.test", "c@x.test"]],
    ["url", ["https://a.test", "www.b.test/x", "https://c.test"]],
    ["phone", ["+49 30 123456", "(212) 555-0100", "+1 212 555 0101"]],
    ["text", ["Bonn", "Ulm", "Köln"]],
  ] as const)("%s", (type, values) => {
    expect(column([...values]).type).toBe(type);
  });

  test("postal codes, numbers with leading zeros and long numbers stay text", () => {
    expect(column(["53111", "89073", "10115"], "PLZ").type).toBe("text");
    expect(column(["00123", "00456", "12345"]).type).toBe("text");
    expect(
      column(["12345678901234567890", "12345678901234567891", "12345678901234567892"]).type,
    ).toBe("text");
  });

  test("the order of dates is proved, assumed or contradicted, never guessed silently", () => {
    expect(column(["31/12/2026", "01/02/2026", "03/04/2026"])).toMatchObject({
      dateOrder: "dmy",
      reading: { dateOrder: "dmy" },
    });
    expect(column(["12/31/2026", "01/02/2026"])).toMatchObject({ dateOrder: "mdy" });
    const open = column(["01/02/2026", "03/04/2026", "05/06/2026"], "Joined", {
      ...us,
      locale: "en-GB",
    });
    expect(open).toMatchObject({
      type: "date",
      dateOrder: null,
      reading: { dateOrder: "dmy" },
      doubt: expect.stringContaining("both") as string,
    });
    const mixed = column(["31/12/2026", "12/31/2026", "30/11/2026"]);
    expect(mixed).toMatchObject({
      dateOrder: null,
      doubt: expect.stringContaining("month first") as string,
    });
  });

  test("decimal commas are proved by the column", () => {
    expect(column(["1.234,50", "12,5", "7,25"])).toMatchObject({
      type: "number",
      reading: { decimal: "," },
    });
  });

  test("values that come back make a choice of a column that has no field", () => {
    const stages = ["Lead", "Won", "Lost"];
    const values = Array.from({ length: 60 }, (_, index) => stages[index % 3]!);
    expect(column(values, "Phase").type).toBe("choice");
    expect(column(values, "City").type).toBe("text");
  });
});

test("assignment is one to one and best in sum", () => {
  expect(
    assign([
      [9, 8],
      [8, 1],
    ]),
  ).toEqual([1, 0]);
  expect(assign([[1], [5], [3]])).toEqual([-1, 0, -1]);
  expect(assign([[0, 0]])).toEqual([-1]);
  expect(assign([])).toEqual([]);
});
