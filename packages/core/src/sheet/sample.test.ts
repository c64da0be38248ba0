import { expect, test } from "vitest";
import { parsePhoneNumberFromString } from "libphonenumber-js/min";
import { isLastOwner, membersOf, roleOf } from "../access/role.ts";
import { plain } from "../field/define.ts";
import { isInvalid, type Cell } from "../field/cell.ts";
import { rows, table, value } from "../ledger/workbook.ts";
import { nodePlatform } from "../testing/platform.ts";
import { commit, newWorkbook } from "../testing/workbooks.ts";
import { sampleDraft } from "./sample.ts";
import { localeOf, settingsOf } from "./settings.ts";
import { readyMadeSheets } from "./templates.ts";
import { namesOf } from "./names.ts";

test("a new workspace has its settings, its owner and the ready-made sheets with the keys of the API", () => {
  const workbook = newWorkbook({ name: "Blue Bakery", locale: "de-DE" });
  expect(settingsOf(workbook)).toMatchObject({
    name: "Blue Bakery",
    locale: "de-DE",
    currency: "USD",
  });
  expect(localeOf(workbook)).toBe(localeOf(workbook));
  expect(membersOf(workbook)).toMatchObject([{ user: "anna", role: "owner", active: true }]);
  expect(roleOf(workbook, "anna")).toBe("owner");
  expect(roleOf(workbook, "ben")).toBeUndefined();
  expect(isLastOwner(workbook, "anna")).toBe(true);
  const keys = (sheet: string) =>
    table(workbook, sheet)
      .sheet.fields.map(({ key }) => key)
      .join(" ");
  expect(keys("contacts")).toBe(
    "firstName lastName email phone company title street city state postalCode country website source owner tags notes doNotContact",
  );
  expect(keys("companies")).toBe(
    "name domain industry size phone street city state postalCode country owner tags notes",
  );
  expect(keys("deals")).toBe("name value stage closeDate owner company contacts source notes");
  for (const { fields } of readyMadeSheets()) {
    expect(fields.some(({ required, unique }) => required === true || unique === true)).toBe(false);
  }
});

test.each(["US", "GB", "AU", "DE"])(
  "sample data passes every check in %s and links up",
  (country) => {
    const workbook = newWorkbook({ country, currency: "JPY" });
    const { operations } = sampleDraft(nodePlatform, settingsOf(workbook), "anna");
    commit(workbook, operations);
    const contacts = table(workbook, "contacts");
    expect(
      [contacts, table(workbook, "companies"), table(workbook, "deals")].map(({ live }) => live),
    ).toEqual([40, 15, 12]);
    for (const sheet of ["contacts", "companies", "deals"]) {
      const { columns } = table(workbook, sheet);
      const cells = [...columns.values()].flat().filter((cell): cell is Cell => cell !== undefined);
      expect(cells.filter(isInvalid)).toEqual([]);
    }
    for (const row of rows(contacts)) {
      const [e164 = "", ...typed] = plain(value(contacts, row, "phone") ?? "").split(" ");
      expect(parsePhoneNumberFromString(typed.join(" "), country as "US")?.number).toBe(e164);
    }
    const deals = table(workbook, "deals");
    const names = namesOf(workbook, localeOf(workbook));
    const company = deals.sheet.fields.find(({ key }) => key === "company");
    expect(names.nameOf(company as never, (value(deals, 0, "company") as string[])[0] ?? "")).toBe(
      "Bluestone Plumbing",
    );
    expect(value(deals, 0, "value")).toBe("18400 JPY");
  },
);
