import { describe, expect, test } from "vitest";
import type { Operation } from "@gridfolk/core/ledger/operation";
import { mergeable, merged, type OutboxEntry } from "./outbox.ts";

let count = 0;
function entry(operations: readonly Operation[], label = "Edited E-mail"): OutboxEntry {
  count += 1;
  const id = `c${String(count).padStart(3, "0")}`;
  return { id, order: id, tab: "t", at: count, source: "grid", label, operations };
}

function set(id: string, fields: Record<string, string>): OutboxEntry {
  return entry([
    {
      op: "set",
      sheet: "contacts",
      ids: [id],
      fields: Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, [value]])),
    },
  ]);
}

describe("mergeable", () => {
  test("a few waiting edits are sent as they are", () => {
    expect(mergeable([set("a", { email: "1" }), set("b", { email: "2" })])).toBe(0);
  });

  test("many plain edits of different records go together", () => {
    const edits = ["a", "b", "c", "d", "e"].map((id) => set(id, { email: id }));
    expect(mergeable(edits)).toBe(5);
  });

  test("stops before a record is written a second time, and before anything but plain edits", () => {
    const edits = ["a", "b", "c", "d"].map((id) => set(id, { email: id }));
    expect(mergeable([...edits, set("a", { email: "again" })])).toBe(4);
    expect(mergeable([...edits, entry([{ op: "delete", sheet: "contacts", ids: ["e"] }])])).toBe(4);
    expect(mergeable([entry([{ op: "delete", sheet: "contacts", ids: ["e"] }]), ...edits])).toBe(0);
    expect(mergeable(edits.map((edit) => ({ ...edit, source: "undo" })))).toBe(0);
    const undone = set("e", { email: "e" });
    expect(mergeable([...edits, undone], new Set([undone.id]))).toBe(4);
  });
});

describe("merged", () => {
  test("joins edits of the same columns with ids ascending, and keeps the place of the first", () => {
    const edits = [
      set("d", { email: "4" }),
      set("b", { email: "2" }),
      set("a", { email: "1", phone: "9" }),
      set("c", { email: "3" }),
    ];
    const whole = merged(edits, { id: "whole", tab: "t" });
    expect(whole).toMatchObject({ id: "whole", order: edits[0]!.order });
    expect(whole.merged).toEqual(edits.map(({ id }) => id));
    expect(whole.label).toBe("Edited E-mail");
    expect(whole.operations).toEqual([
      { op: "set", sheet: "contacts", ids: ["b", "c", "d"], fields: { email: ["2", "3", "4"] } },
      { op: "set", sheet: "contacts", ids: ["a"], fields: { email: ["1"], phone: ["9"] } },
    ]);
  });
});
