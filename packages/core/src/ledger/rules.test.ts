import { expect, test } from "vitest";
import type { Cell } from "../field/cell.ts";
import { loadPhones } from "../field/phone.ts";
import { registry } from "../field/registry.ts";
import { KEYS } from "./rules.ts";

/** Values that types normalise in ways of their own. */
const values: { readonly [type in keyof typeof registry]?: readonly Cell[] } = {
  text: ["  Ann  Lee ", "STRASSE", "Straße", "Éclair", ""],
  longText: ["two\nlines", "TWO lines"],
  email: ["Ann.Lee@Example.COM", "ann+crm@example.com", { invalid: "Ann at home" }],
  phone: ["+12125550123", "+442079460958", { invalid: "ext. 12" }],
  url: ["https://www.Acme.test/", "http://acme.test/a?b=1#c", "acme.test"],
  number: [7, -0.5, 1e21],
  percent: [0.25],
  currency: ["100000 USD", "5000 EUR"],
  date: ["2026-11-27"],
  dateTime: ["2026-11-27T05:00:00Z"],
  choice: ["Won", "won"],
  checkbox: [true],
  user: ["owner"],
};

test("keys are those that stored indexes were made by", async () => {
  await loadPhones();
  const keys = Object.entries(values).map(([type, cells]) => [
    type,
    ...cells.map((cell) => registry[type as keyof typeof registry].key(cell) ?? null),
  ]);
  // Where this fails, indexes in tables would be asked for keys they do not have: raise KEYS with it.
  expect({ version: KEYS, keys }).toMatchInlineSnapshot(`
    {
      "keys": [
        [
          "text",
          "ann lee",
          "strasse",
          "straße",
          "éclair",
          null,
        ],
        [
          "longText",
          "two lines",
          "two lines",
        ],
        [
          "email",
          "ann.lee@example.com",
          "ann+crm@example.com",
          null,
        ],
        [
          "phone",
          "+12125550123",
          "+442079460958",
          null,
        ],
        [
          "url",
          "acme.test",
          "acme.test/a?b=1#c",
          "acme.test",
        ],
        [
          "number",
          "7",
          "-0.5",
          "1e+21",
        ],
        [
          "percent",
          "0.25",
        ],
        [
          "currency",
          "100000 USD",
          "5000 EUR",
        ],
        [
          "date",
          "2026-11-27",
        ],
        [
          "dateTime",
          "2026-11-27T05:00:00Z",
        ],
        [
          "choice",
          "won",
          "won",
        ],
        [
          "checkbox",
          "true",
        ],
        [
          "user",
          "owner",
        ],
      ],
      "version": 1,
    }
  `);
});
