import { expect, test } from "vitest";
import { recordIds } from "../ledger/ids.ts";
import { nodePlatform } from "../testing/platform.ts";
import { commit, newWorkbook } from "../testing/workbooks.ts";
import { can, demand, isLastOwner, membersOf, roleOf } from "./role.ts";

test("each role may do what the one below it may", () => {
  expect(can("viewer", "read")).toBe(true);
  expect(can("viewer", "write")).toBe(false);
  expect(can("member", "write")).toBe(true);
  expect(can("member", "members")).toBe(false);
  expect(can("admin", "members")).toBe(true);
  expect(can("admin", "owners")).toBe(false);
  expect(can("owner", "owners")).toBe(true);
  expect(() => demand("viewer", "write")).toThrow(
    "Your role (viewer) does not let you change records.",
  );
});

test("members are read from the workbook; those who left keep their name and lose their role", () => {
  const workbook = newWorkbook();
  const ids = recordIds(nodePlatform, 2);
  commit(workbook, [
    {
      op: "create",
      sheet: "_members",
      ids,
      fields: {
        user: ["ben", "cleo"],
        name: ["Ben Cho", "Cleo Diaz"],
        email: ["ben@acme.test", "cleo@acme.test"],
        role: ["viewer", "owner"],
        active: [true, null],
      },
    },
  ]);
  expect(membersOf(workbook).map(({ user, active }) => [user, active])).toEqual([
    ["anna", true],
    ["ben", true],
    ["cleo", false],
  ]);
  expect(roleOf(workbook, "ben")).toBe("viewer");
  expect(roleOf(workbook, "cleo")).toBeUndefined();
  expect(isLastOwner(workbook, "anna")).toBe(true);
});
