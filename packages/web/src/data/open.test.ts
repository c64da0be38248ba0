// @vitest-environment happy-dom
import { IDBFactory } from "fake-indexeddb";
import "fake-indexeddb/auto";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Operation } from "@gridfolk/core/ledger/operation";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import { newId, recordIds } from "@gridfolk/core/ledger/ids";
import { browserPlatform } from "./platform.ts";
import { ann, createFakeServer, WORKSPACE } from "../testing/fake-server.ts";
import { openCache } from "./cache.ts";
import { openWorkspace } from "./open.ts";
import type { Change, Notice, Workspace } from "./workspace.ts";

type Server = Awaited<ReturnType<typeof createFakeServer>>;

let server: Server;
const opened: Workspace[] = [];

beforeEach(async () => {
  vi.stubGlobal("indexedDB", new IDBFactory());
  server = await createFakeServer();
  vi.stubGlobal("fetch", server.fetch);
  vi.stubGlobal("WebSocket", server.connect);
});

afterEach(() => {
  for (const workspace of opened.splice(0)) workspace.close();
  vi.unstubAllGlobals();
});

async function open(): Promise<Workspace> {
  const workspace = openWorkspace(ann, WORKSPACE);
  opened.push(workspace);
  await until(() => workspace.status().state !== "loading");
  return workspace;
}

async function until(holds: () => boolean): Promise<void> {
  await vi.waitFor(
    () => {
      if (!holds()) throw new Error("not yet");
    },
    { timeout: 5_000, interval: 5 },
  );
}

function create(workspace: Workspace, name: string): { id: string; operations: Operation[] } {
  const ids = workspace.newRecordIds(1);
  return {
    id: ids[0]!,
    operations: [{ op: "create", sheet: "contacts", ids, fields: { firstName: [name] } }],
  };
}

function rename(id: string, name: string): Operation[] {
  return [{ op: "set", sheet: "contacts", ids: [id], fields: { firstName: [name] } }];
}

function names(workbook: Workbook.Workbook): unknown[] {
  const table = Workbook.table(workbook, "contacts");
  return Workbook.rows(table).map((row) => Workbook.value(table, row, "firstName"));
}

const saved = (workspace: Workspace) => () =>
  workspace.status().state === "saved" && workspace.status().waiting === 0;

async function sameAsServer(workspace: Workspace): Promise<void> {
  const truth = await server.workbook();
  await until(() => workspace.workbook.seq === truth.seq);
  expect(Workbook.canonical(workspace.workbook)).toBe(Workbook.canonical(truth));
}

describe("openWorkspace", () => {
  test("reads the workspace: name, region, sheets, members and oneself", async () => {
    const workspace = await open();
    expect(workspace.name()).toBe("Acme");
    expect(workspace.locale()).toMatchObject({ currency: "USD" });
    expect(workspace.sheets().map(({ key }) => key)).toEqual(["contacts", "companies", "deals"]);
    expect(workspace.me()).toEqual({ ...ann, role: "owner" });
    expect(workspace.members()).toHaveLength(1);
  });

  test("shows a change at once and has it saved soon after", async () => {
    const workspace = await open();
    const changes: Change[] = [];
    workspace.onChange((change) => changes.push(change));
    const { operations } = create(workspace, "Ada");
    const sent = workspace.commit(operations, "Added a contact");
    expect(names(workspace.workbook)).toEqual(["Ada"]);
    expect(workspace.status()).toEqual({ state: "saving", waiting: 1 });
    expect(changes).toMatchObject([{ kind: "touched", origin: "local" }]);
    expect(await sent?.outcome).toMatchObject({ ok: true, answer: { created: 1 } });
    await until(saved(workspace));
    await sameAsServer(workspace);
    expect(changes.at(-1)).toMatchObject({ origin: "settled" });
  });

  test("shows what somebody else does", async () => {
    const workspace = await open();
    const changes: Change[] = [];
    workspace.onChange((change) => changes.push(change));
    await server.commit(create(workspace, "Bob").operations);
    await until(() => names(workspace.workbook).length === 1);
    expect(changes).toMatchObject([{ kind: "touched", origin: "remote" }]);
    await sameAsServer(workspace);
  });

  test("finds by itself what the socket left out", async () => {
    const workspace = await open();
    server.quiet = true;
    await server.commit(create(workspace, "One").operations);
    server.quiet = false;
    await server.commit(create(workspace, "Two").operations);
    await until(() => names(workspace.workbook).length === 2);
    // Ids that are made in one millisecond stand in no order.
    expect(names(workspace.workbook).toSorted()).toEqual(["One", "Two"]);
    await sameAsServer(workspace);
  });

  test("fetches when the answer to a ping says that it is behind, and only then", async () => {
    const workspace = await open();
    server.quiet = true;
    const { seq } = await server.commit(create(workspace, "One").operations);
    const { epoch } = await server.workbook();
    const asked = server.log.length;
    server.say({ type: "pong", epoch, seq: seq - 1 });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(server.log.length).toBe(asked);
    server.say({ type: "pong", epoch, seq });
    await until(() => names(workspace.workbook).length === 1);
    await sameAsServer(workspace);
  });

  test("being looked at again, of which it hears twice, it asks once", async () => {
    const workspace = await open();
    let asked = 0;
    // The socket opens a little later, and then it asks as well.
    while (server.log.length > asked) {
      asked = server.log.length;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    server.quiet = true;
    await server.commit(create(workspace, "One").operations);
    document.dispatchEvent(new Event("visibilitychange"));
    await new Promise((resolve) => setTimeout(resolve, 5));
    window.dispatchEvent(new Event("focus"));
    await until(() => names(workspace.workbook).length === 1);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(server.log.length).toBe(asked + 1);
  });

  test("works without a network and sends everything when it is back, many edits together", async () => {
    const workspace = await open();
    const made = Array.from({ length: 6 }, (_, index) => create(workspace, `C${index}`));
    for (const { operations } of made) workspace.commit(operations, "Added a contact");
    await until(saved(workspace));
    server.cut = true;
    server.dropSockets();
    const sent = made.map(({ id }, index) =>
      workspace.commit(rename(id, `Changed ${index}`), "Changed First name"),
    );
    await until(() => workspace.status().state === "offline");
    expect(workspace.status().waiting).toBe(6);
    expect(names(workspace.workbook)).toContain("Changed 5");
    await server.commit(rename(made[0]!.id, "Theirs"));

    server.cut = false;
    server.log.length = 0;
    window.dispatchEvent(new Event("online"));
    await until(saved(workspace));
    await sameAsServer(workspace);
    expect(server.log.filter((line) => line === "POST /changesets")).toHaveLength(1);
    for (const each of sent) expect(await each?.outcome).toMatchObject({ ok: true });
    expect(names(await server.workbook())).toContain("Changed 0");
  });

  test("does once what was sent twice because the answer was lost", async () => {
    const workspace = await open();
    server.loseAnswers = 2;
    server.quiet = true;
    const sent = workspace.commit(create(workspace, "Ada").operations, "Added a contact");
    await until(() => {
      window.dispatchEvent(new Event("online"));
      return saved(workspace)();
    });
    expect(await sent?.outcome).toMatchObject({ ok: true, answer: { created: 1 } });
    await sameAsServer(workspace);
    expect(names(await server.workbook())).toEqual(["Ada"]);
  });

  test("keeps waiting changes over a reload of the page", async () => {
    const first = await open();
    const { id, operations } = create(first, "Ada");
    await first.commit(operations, "Added a contact")?.outcome;
    server.cut = true;
    first.commit(rename(id, "Grace"), "Changed First name");
    await until(() => first.status().state === "offline");
    first.close();

    server.cut = false;
    const second = await open();
    expect(names(second.workbook)).toEqual(["Grace"]);
    await until(saved(second));
    await sameAsServer(second);
    expect(names(await server.workbook())).toEqual(["Grace"]);
    const database = await openCache(ann.id);
    expect(await database.count("outbox")).toBe(0);
    database.close();
  });

  test("keeps what waits when the log was replaced by an older state of itself, and sends it on that", async () => {
    const workspace = await open();
    const ada = create(workspace, "Ada");
    await workspace.commit(ada.operations, "Added a contact")?.outcome;
    await until(saved(workspace));
    const { seq } = await server.workbook();
    await workspace.commit(create(workspace, "Lost").operations, "Added a contact")?.outcome;
    await until(saved(workspace));
    server.cut = true;
    const sent = workspace.commit(rename(ada.id, "Grace"), "Changed First name");
    await until(() => workspace.status().state === "offline");

    await server.restore(seq);
    server.quiet = true;
    await server.commit(create(workspace, "Other").operations);
    server.quiet = false;
    server.cut = false;
    const answers = server.problems.length;
    window.dispatchEvent(new Event("online"));
    await until(saved(workspace));
    expect(await sent?.outcome).toMatchObject({ ok: true, answer: { changed: 1 } });
    await sameAsServer(workspace);
    expect(names(workspace.workbook).toSorted()).toEqual(["Grace", "Other"]);
    expect(server.problems.slice(answers)).toContain("reload");
  });

  test("a change based on what was replaced is answered reload, and stays in the outbox until it is saved", async () => {
    const workspace = await open();
    const ada = create(workspace, "Ada");
    await workspace.commit(ada.operations, "Added a contact")?.outcome;
    await until(saved(workspace));
    const { seq } = await server.workbook();
    await workspace.commit(create(workspace, "Lost").operations, "Added a contact")?.outcome;
    await until(saved(workspace));
    await server.restore(seq);
    server.quiet = true;
    await server.commit(create(workspace, "Other").operations);
    server.answers.push({ status: 503, type: "busy" }, { status: 503, type: "busy" });
    server.log.length = 0;
    const sent = workspace.commit(rename(ada.id, "Grace"), "Changed First name");
    const database = await openCache(ann.id);
    await until(() => server.problems.at(-1) === "busy");
    expect(await database.count("outbox")).toBe(1);
    await until(() => server.problems.includes("reload"));
    expect(server.log.findLast((line) => line.startsWith("POST"))).toBe("POST /changesets");
    expect(await sent?.outcome).toMatchObject({ ok: true, answer: { changed: 1 } });
    await until(saved(workspace));
    expect(await database.count("outbox")).toBe(0);
    database.close();
    await workspace.refresh();
    await sameAsServer(workspace);
    expect(names(workspace.workbook).toSorted()).toEqual(["Grace", "Other"]);
  });

  /** Edits of a first visit: the first is in the log without the page knowing, the others are not. */
  async function leaveUnanswered(count: number): Promise<string[]> {
    const first = await open();
    const made = Array.from({ length: count }, (_, index) => create(first, `C${index}`));
    for (const { operations } of made) await first.commit(operations, "Added a contact")?.outcome;
    await until(saved(first));
    server.quiet = true;
    server.loseAnswers = 1;
    for (const { id } of made) first.commit(rename(id, "Mine"), "Changed First name");
    await until(() => first.status().state === "offline");
    first.close();
    server.quiet = false;
    return made.map(({ id }) => id);
  }

  test("a change that a snapshot holds by now does not lie over what others did since", async () => {
    const [id = ""] = await leaveUnanswered(1);
    await server.commit(rename(id, "Theirs"));
    await server.ledger.compact(WORKSPACE, { force: true });
    const second = await open();
    await until(saved(second));
    await until(() => names(second.workbook)[0] === "Theirs");
    await sameAsServer(second);
    const database = await openCache(ann.id);
    expect(await database.count("outbox")).toBe(0);
    database.close();
  });

  test("a change that may have been sent before is sent again as it was, not with others", async () => {
    const [id = ""] = await leaveUnanswered(6);
    await server.commit(rename(id, "Theirs"));
    await server.ledger.compact(WORKSPACE, { force: true });
    const second = await open();
    await until(saved(second));
    await sameAsServer(second);
    expect(names(await server.workbook()).toSorted()).toEqual([...Array(5).fill("Mine"), "Theirs"]);
  });

  test("an undo that breaks a rule for one record goes on for the others", async () => {
    const workspace = await open();
    await server.commit([
      {
        op: "field",
        sheet: "contacts",
        after: { key: "email", name: "Email", type: "email", unique: true },
      },
    ]);
    const ids = workspace.newRecordIds(2);
    const write = (email: readonly (string | null)[]): Operation[] => [
      { op: "set", sheet: "contacts", ids, fields: { email } },
    ];
    const before = ["a@acme.test", "b@acme.test"];
    await server.commit([{ op: "create", sheet: "contacts", ids, fields: { email: before } }]);
    await until(() => Workbook.table(workspace.workbook, "contacts").live === 2);
    await workspace.commit(write([null, null]), "Cleared Email")?.outcome;
    const [other] = workspace.newRecordIds(1);
    await server.commit([
      { op: "create", sheet: "contacts", ids: [other!], fields: { email: ["a@acme.test"] } },
    ]);
    await until(() => Workbook.table(workspace.workbook, "contacts").live === 3);
    expect(await workspace.undo()).toBeDefined();
    await until(saved(workspace));
    await sameAsServer(workspace);
    const table = Workbook.table(workspace.workbook, "contacts");
    const emails = ids.map((id) => Workbook.value(table, table.rowById.get(id)!, "email"));
    expect(emails).toEqual([undefined, "b@acme.test"]);
  });

  test("takes a refused change off again and says why", async () => {
    const workspace = await open();
    const notices: Notice[] = [];
    workspace.onNotice((notice) => notices.push(notice));
    const { id, operations } = create(workspace, "Ada");
    await workspace.commit(operations, "Added a contact")?.outcome;
    server.answers.push({ status: 422, type: "invalid-values", detail: "This e-mail is taken." });
    const sent = workspace.commit(rename(id, "Grace"), "Changed First name");
    const later = workspace.commit(
      [{ op: "set", sheet: "contacts", ids: [id], fields: { title: ["CEO"] } }],
      "Changed Job title",
    );
    expect(await sent?.outcome).toMatchObject({ ok: false });
    expect(await later?.outcome).toMatchObject({ ok: true });
    expect(names(workspace.workbook)).toEqual(["Ada"]);
    expect(notices).toEqual([
      {
        kind: "refused",
        title: "Not saved: Changed First name",
        detail: "This e-mail is taken.",
      },
    ]);
    await until(saved(workspace));
    await sameAsServer(workspace);
  });

  test("does not even show what the rules forbid", async () => {
    const workspace = await open();
    const notices: Notice[] = [];
    workspace.onNotice((notice) => notices.push(notice));
    expect(workspace.commit(rename("1r5c8d0ab0000001", "Nobody"), "Changed")).toBeUndefined();
    expect(notices).toHaveLength(1);
    expect(workspace.status()).toEqual({ state: "saved", waiting: 0 });
  });

  test("undoes and redoes at once, also before the server has answered", async () => {
    const workspace = await open();
    const { id, operations } = create(workspace, "Ada");
    workspace.commit(operations, "Added a contact");
    workspace.commit(rename(id, "Grace"), "Changed First name");
    expect(workspace.undoable()).toBe("Changed First name");
    expect(await workspace.undo()).toMatchObject({
      label: "Changed First name",
      reverted: 1,
      skipped: [],
    });
    expect(names(workspace.workbook)).toEqual(["Ada"]);
    expect(workspace.redoable()).toBe("Changed First name");
    void workspace.redo();
    expect(names(workspace.workbook)).toEqual(["Grace"]);
    void workspace.undo();
    void workspace.undo();
    expect(names(workspace.workbook)).toEqual([]);
    // Whether this person did more before is asked of the log.
    expect(workspace.undoable()).toBe("");
    void workspace.redo();
    expect(names(workspace.workbook)).toEqual(["Ada"]);
    await until(saved(workspace));
    await sameAsServer(workspace);
  });

  test("an undo leaves alone what somebody changed since, and says so", async () => {
    const workspace = await open();
    const { id, operations } = create(workspace, "Ada");
    await workspace.commit(operations, "Added a contact")?.outcome;
    await workspace.commit(rename(id, "Grace"), "Changed First name")?.outcome;
    await server.commit(rename(id, "Theirs"));
    await until(() => names(workspace.workbook)[0] === "Theirs");
    const undone = await workspace.undo();
    expect(undone).toMatchObject({ reverted: 0 });
    expect(undone?.skipped).toHaveLength(1);
    expect(names(workspace.workbook)).toEqual(["Theirs"]);
  });

  test("the undo of a new column with its values has taken something back", async () => {
    const workspace = await open();
    const { id, operations } = create(workspace, "Ada");
    await workspace.commit(operations, "Added a contact")?.outcome;
    await workspace.commit(
      [
        { op: "field", sheet: "contacts", after: { key: "nick", name: "Nick", type: "text" } },
        { op: "set", sheet: "contacts", ids: [id], fields: { nick: ["Countess"] } },
      ],
      "Took names out",
    )?.outcome;
    expect(await workspace.undo()).toMatchObject({ isEmpty: false, skipped: [] });
    const { sheet } = workspace.workbook.sheets.get("contacts")!;
    expect(sheet.fields.find(({ key }) => key === "nick")?.deleted).toBe(true);
  });

  test("an undo made offline does not overwrite what somebody wrote meanwhile, and says what it left", async () => {
    const workspace = await open();
    const notices: Notice[] = [];
    workspace.onNotice((notice) => notices.push(notice));
    const ids = workspace.newRecordIds(2);
    await workspace.commit(
      [{ op: "create", sheet: "contacts", ids, fields: { firstName: ["Ada", "Bo"] } }],
      "Added contacts",
    )?.outcome;
    const both: Operation[] = [
      { op: "set", sheet: "contacts", ids, fields: { firstName: ["Adele", "Bob"] } },
    ];
    await workspace.commit(both, "Changed First name")?.outcome;
    await until(saved(workspace));
    server.cut = true;
    server.dropSockets();
    expect(await workspace.undo()).toMatchObject({ reverted: 2, skipped: [] });
    expect(names(workspace.workbook)).toEqual(["Ada", "Bo"]);
    await until(() => workspace.status().state === "offline");
    await server.commit(rename(ids[0]!, "Theirs"));

    server.cut = false;
    window.dispatchEvent(new Event("online"));
    await until(saved(workspace));
    await sameAsServer(workspace);
    expect(names(await server.workbook())).toEqual(["Theirs", "Bo"]);
    expect(notices).toEqual([
      {
        kind: "info",
        title: "Not all of it could be undone: Changed First name",
        skipped: [
          { sheet: "contacts", id: ids[0], field: "firstName", reason: "It was changed since." },
        ],
      },
    ]);
    expect(workspace.redoable()).toBe("Changed First name");
    void workspace.redo();
    await until(saved(workspace));
    await sameAsServer(workspace);
    expect(names(workspace.workbook)).toEqual(["Theirs", "Bob"]);
  });

  test("an edit and its undo, both made offline, leave nothing", async () => {
    const workspace = await open();
    const made = Array.from({ length: 5 }, (_, index) => create(workspace, `C${index}`));
    for (const { operations } of made) await workspace.commit(operations, "Added")?.outcome;
    await until(saved(workspace));
    server.cut = true;
    for (const { id } of made) workspace.commit(rename(id, "Mine"), "Changed First name");
    void workspace.undo();
    await until(() => workspace.status().state === "offline");
    server.cut = false;
    window.dispatchEvent(new Event("online"));
    await until(saved(workspace));
    await sameAsServer(workspace);
    expect(names(workspace.workbook).toSorted()).toEqual(["C4", "Mine", "Mine", "Mine", "Mine"]);
  });

  test("one of several edits that were sent as one is undone by itself", async () => {
    const workspace = await open();
    const made = Array.from({ length: 5 }, (_, index) => create(workspace, `C${index}`));
    for (const { operations } of made) await workspace.commit(operations, "Added")?.outcome;
    await until(saved(workspace));
    server.cut = true;
    for (const { id } of made) workspace.commit(rename(id, "Mine"), "Changed First name");
    await until(() => workspace.status().state === "offline");
    server.cut = false;
    server.log.length = 0;
    window.dispatchEvent(new Event("online"));
    await until(saved(workspace));
    expect(server.log.filter((line) => line === "POST /changesets").length).toBeLessThan(5);
    server.quiet = true;
    await server.commit(rename(made[3]!.id, "Theirs"));
    server.quiet = false;
    for (const _ of [1, 2, 3]) void workspace.undo();
    await until(saved(workspace));
    await sameAsServer(workspace);
    expect(names(workspace.workbook).toSorted()).toEqual(["C2", "C4", "Mine", "Mine", "Theirs"]);
  });

  test("the undo of what is refused goes with it", async () => {
    const workspace = await open();
    const notices: Notice[] = [];
    workspace.onNotice((notice) => notices.push(notice));
    const { id, operations } = create(workspace, "Ada");
    await workspace.commit(operations, "Added a contact")?.outcome;
    await until(saved(workspace));
    server.answers.push({ status: 422, type: "invalid-values", detail: "No." });
    workspace.commit(rename(id, "Grace"), "Changed First name");
    void workspace.undo();
    await until(saved(workspace));
    expect(names(workspace.workbook)).toEqual(["Ada"]);
    expect(notices.map(({ title }) => title)).toEqual(["Not saved: Changed First name"]);
    await sameAsServer(workspace);
  });

  test("takes back by the server what another visit did", async () => {
    const first = await open();
    const sent = first.commit(create(first, "Ada").operations, "Added a contact");
    await sent?.outcome;
    await until(saved(first));
    first.close();
    const second = await open();
    expect(await second.undoChangeset(sent!.id)).toMatchObject({ reverted: 1 });
    expect(names(second.workbook)).toEqual([]);
  });

  describe("undo", () => {
    /** A contact with these names, one after the other, and its id. */
    async function renamed(workspace: Workspace, all: readonly string[]): Promise<string> {
      const [first = "", ...rest] = all;
      const { id, operations } = create(workspace, first);
      await workspace.commit(operations, `Added ${first}`)?.outcome;
      for (const name of rest) await workspace.commit(rename(id, name), `Named ${name}`)?.outcome;
      await until(saved(workspace));
      return id;
    }

    test("goes on after a reload, and so does redo", async () => {
      const first = await open();
      await renamed(first, ["a", "b", "c"]);
      await first.undo();
      await until(saved(first));
      first.close();
      const second = await open();
      expect(second.undoable()).toBe("");
      expect(await second.undo()).toMatchObject({ label: "Named b", reverted: 1, skipped: [] });
      expect(names(second.workbook)).toEqual(["a"]);
      expect(second.undoable()).toBe("Added a");
      expect(await second.redo()).toMatchObject({ label: "Named b" });
      expect(await second.redo()).toMatchObject({ label: "Named c" });
      await until(saved(second));
      expect(names(second.workbook)).toEqual(["c"]);
      expect(second.redoable()).toBeUndefined();
      await sameAsServer(second);
      second.close();
      const third = await open();
      for (const _ of [1, 2, 3]) await third.undo();
      expect(names(third.workbook)).toEqual([]);
      await third.undo();
      expect(third.undoable()).toBeUndefined();
    });

    test("begins a redo right after a reload, and forgets it after something new", async () => {
      const first = await open();
      const id = await renamed(first, ["a", "b"]);
      await first.undo();
      await until(saved(first));
      first.close();
      const second = await open();
      expect(await second.redo()).toMatchObject({ label: "Named b" });
      await second.undo();
      await until(saved(second));
      second.close();
      const third = await open();
      third.commit(rename(id, "new"), "Named new");
      expect(third.redoable()).toBeUndefined();
      await third.redo();
      expect(names(third.workbook)).toEqual(["new"]);
    });

    test("takes back on one device what was done on another, and hears of what that undid", async () => {
      const [one, two] = [await open(), await open()];
      const id = await renamed(one, ["a", "b"]);
      await until(() => names(two.workbook)[0] === "b");
      expect(await two.undo()).toMatchObject({ label: "Named b" });
      await until(() => names(one.workbook)[0] === "a");
      expect(one.redoable()).toBe("Named b");
      expect(one.undoable()).toBe("Added a");
      await until(saved(two));
      one.commit(rename(id, "c"), "Named c");
      await until(() => names(two.workbook)[0] === "c");
      expect(two.undoable()).toBe("Named c");
      expect(two.redoable()).toBeUndefined();
    });

    test("never touches what other people did, nor what a program did in one's name", async () => {
      const first = await open();
      const id = await renamed(first, ["a"]);
      await server.commit(create(first, "Theirs").operations);
      const { seq } = await server.workbook();
      await server.ledger.commit(WORKSPACE, {
        id: newId(browserPlatform),
        base: seq,
        actor: ann.id,
        source: "api",
        label: "By a program",
        operations: [{ op: "set", sheet: "contacts", ids: [id], fields: { lastName: ["Api"] } }],
      });
      first.close();
      const second = await open();
      expect(await second.undo()).toMatchObject({ label: "Added a" });
      await second.undo();
      expect(names(second.workbook)).toEqual(["Theirs"]);
      expect(second.undoable()).toBeUndefined();
    });

    test("offline takes back what this tab knows, and says why not more", async () => {
      const first = await open();
      const id = await renamed(first, ["a"]);
      first.close();
      const second = await open();
      const notices: Notice[] = [];
      second.onNotice((notice) => notices.push(notice));
      server.cut = true;
      server.dropSockets();
      second.commit(rename(id, "b"), "Named b");
      expect(await second.undo()).toMatchObject({ label: "Named b" });
      expect(names(second.workbook)).toEqual(["a"]);
      expect(await second.undo()).toBeUndefined();
      expect(names(second.workbook)).toEqual(["a"]);
      expect(notices.at(-1)?.title).toMatch(/^You are offline/);
    });

    test("of what waited through a reload is there at once", async () => {
      const first = await open();
      const id = await renamed(first, ["a"]);
      server.cut = true;
      first.commit(rename(id, "b"), "Named b");
      await until(() => first.status().state === "offline");
      first.close();
      server.cut = false;
      server.answers.push({ status: 503, type: "busy" });
      const second = await open();
      expect(second.undoable()).toBe("Named b");
      await second.undo();
      expect(names(second.workbook)).toEqual(["a"]);
      await until(saved(second));
      await sameAsServer(second);
    });

    test("of somebody else's change is a step, and can be redone", async () => {
      const workspace = await open();
      const { id, operations } = create(workspace, "Theirs");
      const { changeset } = await server.commit(operations);
      await until(() => names(workspace.workbook).length === 1);
      const undone = await workspace.undoChangeset(changeset, { label: "Added", foreign: true });
      expect(undone).toMatchObject({ label: "Added", reverted: 1 });
      await until(() => names(workspace.workbook).length === 0);
      expect(workspace.undoable()).toBe("Added");
      await workspace.undo();
      await until(() => names(workspace.workbook).length === 1);
      expect(Workbook.table(workspace.workbook, "contacts").ids).toContain(id);
    });

    test("of more cells than a tab remembers is done by the server, and told", async () => {
      const workspace = await open();
      const ids = workspace.newRecordIds(34_000);
      const name = ids.map(() => "x");
      const fields = { firstName: name, lastName: name, title: name, city: name, notes: name };
      const made = { op: "create", sheet: "contacts", ids, fields } as const;
      await workspace.commit([made], "Added 34,000 contacts")?.outcome;
      await until(saved(workspace));
      expect(await workspace.undo()).toMatchObject({
        label: "Added 34,000 contacts",
        reverted: 34_000,
      });
      await until(() => names(workspace.workbook).length === 0);
      expect(workspace.redoable()).toBe("Added 34,000 contacts");
    });
  });

  describe("the past", () => {
    test("is the workbook right after a change, without what is on its way, and cannot be changed", async () => {
      const workspace = await open();
      const { id, operations } = create(workspace, "Ada");
      const added = await workspace.commit(operations, "Added a contact")?.outcome;
      await workspace.commit(rename(id, "Grace"), "Changed First name")?.outcome;
      await server.commit(create(workspace, "Bob").operations);
      await until(() => names(workspace.workbook).length === 2);
      server.answers.push({ status: 503, type: "busy" });
      workspace.commit(rename(id, "Under way"), "Changed First name");
      const past = await workspace.past(added?.ok ? added.answer.seq : 0);
      expect(names(past.workbook)).toEqual(["Ada"]);
      expect(names(workspace.workbook)).toContain("Under way");
      expect(past.at).toBeGreaterThan(0);
      expect(past.me().role).toBe("viewer");
      const notices: Notice[] = [];
      past.onNotice((notice) => notices.push(notice));
      expect(past.commit(rename(id, "No"), "No")).toBeUndefined();
      expect(await past.undo()).toBeUndefined();
      expect(notices).toHaveLength(2);
      expect(names(past.workbook)).toEqual(["Ada"]);
    });

    test("goes back over more changes than one answer or one window of the log has", async () => {
      const workspace = await open();
      const { id, operations } = create(workspace, "Name 0");
      const added = await workspace.commit(operations, "Added a contact")?.outcome;
      const { seq } = added?.ok ? added.answer : { seq: 0 };
      server.quiet = true;
      for (let at = 1; at <= 700; at += 1) await server.commit(rename(id, `Name ${at}`));
      server.quiet = false;
      await workspace.refresh();
      await until(() => names(workspace.workbook)[0] === "Name 700");
      expect(names((await workspace.past(seq)).workbook)).toEqual(["Name 0"]);
      expect(names((await workspace.past(seq + 333)).workbook)).toEqual(["Name 333"]);
      expect(names((await workspace.past(seq + 700)).workbook)).toEqual(["Name 700"]);
    });

    test("of a moment that was never, or is no longer kept, is refused in words", async () => {
      const workspace = await open();
      await expect(workspace.past(99)).rejects.toMatchObject({ code: "not-found" });
      await expect(workspace.past(0)).rejects.toMatchObject({ code: "not-found" });
    });
  });

  test("stays as it is while it is held, own changes aside, and then catches up", async () => {
    const workspace = await open();
    await workspace.commit(create(workspace, "Ada").operations, "Added a contact")?.outcome;
    await until(saved(workspace));
    const release = workspace.hold();
    await server.commit(create(workspace, "Grace").operations);
    const caught = workspace.refresh();
    const sent = workspace.commit(create(workspace, "Mine").operations, "Added a contact");
    expect(await sent?.outcome).toMatchObject({ ok: true });
    expect(names(workspace.workbook).toSorted()).toEqual(["Ada", "Mine"]);
    release();
    await caught;
    await sameAsServer(workspace);
    expect(names(workspace.workbook).toSorted()).toEqual(["Ada", "Grace", "Mine"]);
  });

  test("fetches no page twice", async () => {
    const first = await open();
    await first.commit(create(first, "Ada").operations, "Added a contact")?.outcome;
    await server.ledger.compact(WORKSPACE, { force: true });
    const pages = () => server.log.filter((line) => line.startsWith("GET /pages/")).length;
    const second = await open();
    expect(pages()).toBeGreaterThan(0);
    const database = await openCache(ann.id);
    // With what says which of them belong together.
    await vi.waitFor(async () => expect(await database.count("pages")).toBe(pages() + 1), 5_000);
    database.close();
    second.close();
    server.log.length = 0;
    const third = await open();
    expect(pages()).toBe(0);
    expect(names(third.workbook)).toEqual(["Ada"]);
  });

  test("shows the first rows of a sheet, to look at, while many others are still coming", async () => {
    const ids = recordIds(browserPlatform, 20_000);
    const fields = { firstName: ids.map((_, at) => `C${at}`) };
    await server.commit([{ op: "create", sheet: "contacts", ids, fields }]);
    await server.ledger.compact(WORKSPACE, { force: true });
    const workspace = openWorkspace(ann, WORKSPACE, "contacts");
    opened.push(workspace);
    const notices: Notice[] = [];
    workspace.onNotice((notice) => notices.push(notice));
    const shown: { state: string; role: string; rows: number; written: boolean }[] = [];
    workspace.onChange(() => {
      const { operations } = create(workspace, "Early");
      if (shown.length > 1) return;
      shown.push({
        state: workspace.status().state,
        role: workspace.me().role,
        rows: names(workspace.workbook).length,
        written: shown.length === 0 && workspace.commit(operations, "Early") !== undefined,
      });
    });
    await until(() => workspace.status().state !== "loading");
    expect(shown[0]).toMatchObject({ state: "loading", role: "viewer", written: false });
    expect(shown[0]!.rows).toBeGreaterThan(100);
    expect(shown[0]!.rows).toBeLessThan(10_000);
    expect(notices).toMatchObject([{ kind: "refused", title: expect.stringContaining("yet") }]);
    expect(shown[1]).toMatchObject({ state: "saved", role: "owner", rows: 20_000 });
    await sameAsServer(workspace);
  });

  test("fetches no page because the same rows are in newer ones since", async () => {
    const first = await open();
    const { id, operations } = create(first, "Ada");
    await first.commit(operations, "Added a contact")?.outcome;
    await server.ledger.compact(WORKSPACE, { force: true });
    first.close();
    const second = await open();
    const database = await openCache(ann.id);
    await vi.waitFor(
      async () => {
        expect(await database.get("pages", [WORKSPACE, "base"])).toBeDefined();
      },
      { timeout: 5_000, interval: 5 },
    );
    await second.commit(rename(id, "Eve"), "Changed a name")?.outcome;
    await until(saved(second));
    // What came by the socket is kept, too.
    await vi.waitFor(
      async () => {
        const keys = await database.getAllKeys("pages");
        expect(keys.filter(([, name]) => name.startsWith("tail:"))).toHaveLength(1);
      },
      { timeout: 5_000, interval: 5 },
    );
    database.close();
    second.close();
    // While nobody looks there is one change more, and then a snapshot of it all.
    const other = rename(id, "Eva");
    await server.ledger.commit(WORKSPACE, {
      id: newId(browserPlatform),
      base: second.workbook.seq,
      actor: ann.id,
      source: "grid",
      label: "Changed a name",
      operations: other,
    });
    await server.ledger.compact(WORKSPACE, { force: true });
    server.log.length = 0;
    const third = await open();
    expect(server.log.filter((line) => line.startsWith("GET /pages/"))).toEqual([]);
    expect(names(third.workbook)).toEqual(["Eva"]);
    await sameAsServer(third);
  });

  test("does not go by what it keeps when the log was replaced", async () => {
    const first = await open();
    const { operations } = create(first, "Ada");
    await first.commit(operations, "Added a contact")?.outcome;
    const { seq } = await server.workbook();
    const { operations: more } = create(first, "Eve");
    await first.commit(more, "Added a contact")?.outcome;
    await until(saved(first));
    const database = await openCache(ann.id);
    await vi.waitFor(
      async () => {
        expect(await database.get("pages", [WORKSPACE, "base"])).toBeDefined();
        const keys = await database.getAllKeys("pages");
        expect(keys.filter(([, name]) => name.startsWith("tail:"))).toHaveLength(3);
      },
      { timeout: 5_000, interval: 5 },
    );
    database.close();
    first.close();
    await server.restore(seq);
    const second = await open();
    expect(names(second.workbook)).toEqual(["Ada"]);
    await sameAsServer(second);
  });

  test("stops and asks for a sign-in when the session has ended, keeping what waits", async () => {
    const workspace = await open();
    server.answers.push({ status: 401, type: "unauthenticated" });
    workspace.commit(create(workspace, "Ada").operations, "Added a contact");
    await until(() => workspace.status().state === "signed-out");
    expect(workspace.status().waiting).toBe(1);
    workspace.close();
    const again = await open();
    await until(saved(again));
    expect(names(await server.workbook())).toEqual(["Ada"]);
  });

  test("forgets everything when removed from the workspace", async () => {
    const workspace = await open();
    await workspace.commit(create(workspace, "Ada").operations, "Added a contact")?.outcome;
    server.say({ type: "removed" });
    await until(() => workspace.status().state === "removed");
    expect(workspace.sheets()).toEqual([]);
    const database = await openCache(ann.id);
    await vi.waitFor(async () => expect(await database.count("pages")).toBe(0));
    database.close();
  });

  test("says so when there is no such workspace", async () => {
    const workspace = openWorkspace(ann, "another");
    opened.push(workspace);
    await until(() => workspace.status().state !== "loading");
    expect(workspace.status()).toMatchObject({ state: "missing", waiting: 0 });
  });
});
