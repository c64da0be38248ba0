import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isDomainError } from "@gridfolk/core/error";
import { check } from "@gridfolk/core/ledger/draft";
import type { Operation } from "@gridfolk/core/ledger/operation";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import { begin, operationsOf, replay, rules, step } from "@gridfolk/core/testing/random-changes";
import { createOverlay, type Overlay, type Waiting } from "./overlay.ts";

/** A server that checks and folds, and a browser that hears of it later. */
function createWorld() {
  const { workbook: server, heads } = begin();
  const overlay = createOverlay(replay(heads), "ann", rules);
  let heard = heads.length;
  let count = 0;

  function land(id: string, actor: string, operations: readonly Operation[]): void {
    const checked = check(server, { operations }, rules);
    const seq = server.seq + 1;
    const head: Workbook.Committed = {
      seq,
      at: seq * 1000,
      hash: `hash${seq}`,
      changesets: [
        {
          id,
          base: 0,
          actor,
          source: "grid",
          label: "",
          operations: checked.operations,
          seq,
          at: seq * 1000,
          answer: { seq, changeset: id, ...checked.answer },
        },
      ],
    };
    heads.push(head);
    Workbook.apply(server, head);
  }

  return {
    server,
    overlay,
    change(operations: readonly Operation[]): Waiting {
      count += 1;
      return { id: `own${count}`, source: "grid", label: "", operations, at: count };
    },
    remote(operations: readonly Operation[]): boolean {
      count += 1;
      return unless(() => land(`other${count}`, "bob", operations));
    },
    /** Sends the first change the server has not seen. */
    sent: new Set<string>(),
    send(): void {
      const next = overlay.waiting.find(({ id }) => !this.sent.has(id));
      if (!next) return;
      this.sent.add(next.id);
      if (!unless(() => land(next.id, "ann", next.operations))) overlay.drop(next.id);
    },
    hear(most: number): ReturnType<Overlay["fold"]> {
      const news = heads.slice(heard, heard + most);
      heard += news.length;
      return overlay.fold(news);
    },
  };
}

function unless(work: () => void): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if (!isDomainError(error)) throw error;
    return false;
  }
}

const action = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("own" as const), step }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("remote" as const), step }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("send" as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("hear" as const),
      most: fc.integer({ min: 1, max: 3 }),
    }),
  },
);

describe("createOverlay", () => {
  test("whatever the order of doing, sending and hearing: in the end the browser has the server's workbook", () => {
    fc.assert(
      fc.property(fc.array(action, { minLength: 5, maxLength: 40 }), (actions) => {
        const world = createWorld();
        const { overlay, server } = world;
        let salt = 0;
        for (const now of actions) {
          salt += 1;
          if (now.do === "own") {
            const operations = operationsOf(overlay.workbook, now.step, salt);
            if (operations.length > 0) unless(() => void overlay.add(world.change(operations)));
          } else if (now.do === "remote") {
            const operations = operationsOf(server, now.step, salt);
            if (operations.length > 0) world.remote(operations);
          } else if (now.do === "send") world.send();
          else world.hear(now.most);
          consistent(overlay.workbook);
        }
        for (let left = overlay.waiting.length; left > 0; left -= 1) world.send();
        world.hear(1_000);
        expect(overlay.waiting).toEqual([]);
        expect(Workbook.canonical(overlay.workbook)).toBe(Workbook.canonical(server));
        consistent(overlay.workbook);
      }),
      { numRuns: 200 },
    );
  });

  test("a refused change disappears, and what was done after it stays", () => {
    const { overlay, change } = createWorld();
    const ids = ["1r5c8d0ab0000001"];
    overlay.add(change([{ op: "create", sheet: "people", ids, fields: { name: ["Ada"] } }]));
    const refused = change([{ op: "set", sheet: "people", ids, fields: { age: [36] } }]);
    overlay.add(refused);
    overlay.add(change([{ op: "set", sheet: "people", ids, fields: { stage: ["Won"] } }]));
    const before = Workbook.rows(Workbook.table(overlay.workbook, "people"));
    expect(before).toHaveLength(1);

    const effect = overlay.drop(refused.id);

    const table = Workbook.table(overlay.workbook, "people");
    expect(effect.moved).toBe(false);
    expect(effect.settled.get("people")?.changed).toEqual([0]);
    expect(["name", "age", "stage"].map((key) => Workbook.value(table, 0, key))).toEqual([
      "Ada",
      undefined,
      "Won",
    ]);
  });

  test("somebody else's record that arrives before an own one takes its row, and says so", () => {
    const world = createWorld();
    const { overlay } = world;
    const own = ["1r5c8d0ab0000002"];
    overlay.add(
      world.change([{ op: "create", sheet: "people", ids: own, fields: { name: ["Ada"] } }]),
    );
    world.remote([
      { op: "create", sheet: "people", ids: ["1r5c8d0ab0000001"], fields: { name: ["Bob"] } },
    ]);
    expect(world.hear(1).moved).toBe(true);
    const table = Workbook.table(overlay.workbook, "people");
    expect(table.ids).toEqual(["1r5c8d0ab0000001", "1r5c8d0ab0000002"]);
    world.send();
    expect(world.hear(1)).toMatchObject({ moved: false, remote: new Map() });
    expect(overlay.waiting).toEqual([]);
  });

  test("two edits of one cell: the later one in the log wins, the own one shows until then", () => {
    const world = createWorld();
    const { overlay } = world;
    const ids = ["1r5c8d0ab0000001"];
    world.remote([{ op: "create", sheet: "people", ids, fields: { name: ["Ada"] } }]);
    world.hear(1);
    overlay.add(world.change([{ op: "set", sheet: "people", ids, fields: { name: ["Mine"] } }]));
    world.remote([{ op: "set", sheet: "people", ids, fields: { name: ["Theirs"] } }]);
    const name = () => Workbook.value(Workbook.table(overlay.workbook, "people"), 0, "name");
    world.hear(1);
    expect(name()).toBe("Mine");
    world.send();
    world.hear(1);
    expect(name()).toBe("Mine");
    expect(Workbook.canonical(overlay.workbook)).toBe(Workbook.canonical(world.server));
  });

  test("several edits may be replaced by one that does the same", () => {
    const world = createWorld();
    const { overlay } = world;
    const ids = ["1r5c8d0ab0000001", "1r5c8d0ab0000002"];
    world.remote([{ op: "create", sheet: "people", ids, fields: { name: ["Ada", "Bob"] } }]);
    world.hear(1);
    const parts = ids.map((id, index) =>
      world.change([{ op: "set", sheet: "people", ids: [id], fields: { age: [30 + index] } }]),
    );
    for (const part of parts) overlay.add(part);
    const whole = world.change([{ op: "set", sheet: "people", ids, fields: { age: [30, 31] } }]);
    const effect = overlay.replace(
      parts.map(({ id }) => id),
      whole,
    );
    expect(effect.moved).toBe(false);
    expect(overlay.waiting).toEqual([whole]);
    world.send();
    world.hear(1);
    expect(Workbook.canonical(overlay.workbook)).toBe(Workbook.canonical(world.server));
  });
});

/** What is derived from the tables agrees with the tables. */
function consistent(workbook: Workbook.Workbook): void {
  for (const table of workbook.sheets.values()) {
    const live = table.ids.map((_, row) => row).filter((row) => table.deleted[row] === 0);
    expect(table.live).toBe(live.length);
    expect(table.rowById.size).toBe(table.ids.length);
    live.sort((a, b) => (table.ids[a]! < table.ids[b]! ? -1 : 1));
    expect(Workbook.rows(table)).toEqual(live);
    for (const field of table.sheet.fields) {
      if (field.type !== "email") continue;
      const index = Workbook.keyIndex(workbook, table.key, field.key, rules);
      for (const row of live) {
        const cell = Workbook.value(table, row, field.key);
        const key = cell === undefined ? undefined : rules.key(cell, field);
        if (key !== undefined) expect(index.get(key)).toContain(table.ids[row]);
      }
    }
  }
  for (const row of Workbook.rows(Workbook.table(workbook, "people"))) {
    const id = Workbook.table(workbook, "people").ids[row]!;
    for (const link of Workbook.backLinks(workbook, "people", id)) {
      const from = Workbook.table(workbook, link.sheet);
      const cell = Workbook.value(from, from.rowById.get(link.id)!, link.field);
      expect(cell).toContain(id);
    }
  }
}
