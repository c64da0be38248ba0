import { membersOf } from "@gridfolk/core/access/role";
import { isDomainError } from "@gridfolk/core/error";
import { registry } from "@gridfolk/core/field/registry";
import { parseOperations } from "@gridfolk/core/ledger/codec";
import { createLedger } from "@gridfolk/core/ledger/create-ledger";
import { newId } from "@gridfolk/core/ledger/ids";
import * as Keys from "@gridfolk/core/ledger/keys";
import type { Ledger, UndoBy, WireHead } from "@gridfolk/core/ledger/ledger";
import { createMemoryStore } from "@gridfolk/core/ledger/memory-store";
import type { Operation } from "@gridfolk/core/ledger/operation";
import type { RecordsBySheet } from "@gridfolk/core/ledger/undo";
import type { Workbook } from "@gridfolk/core/ledger/workbook";
import { firstOperations } from "@gridfolk/core/sheet/templates";
import { browserPlatform } from "../data/platform.ts";

export const WORKSPACE = "w1";
export const ann = { id: "ann", name: "Ann Arendt", email: "ann@acme.test" };

const statuses: Record<string, number> = {
  "not-found": 404,
  stale: 409,
  reload: 409,
  "changeset-reused": 409,
  "invalid-values": 422,
  malformed: 400,
};

/** The real ledger in memory behind `fetch` and `WebSocket`, with a network that can be cut. */
export async function createFakeServer() {
  const sockets = new Set<FakeSocket>();
  const store = createMemoryStore();
  const start = (): Ledger =>
    createLedger({
      store,
      platform: browserPlatform,
      registry,
      exclusive: true,
      onCommit: (_workspace, from, to, heads) => broadcast(from, to, heads),
    });
  let ledger = start();
  await ledger.create(WORKSPACE, {
    id: newId(browserPlatform),
    actor: ann.id,
    source: "system",
    label: "Made",
    operations: firstOperations(
      browserPlatform,
      { name: "Acme", locale: "en-US", timeZone: "UTC", currency: "USD", country: "US" },
      ann,
    ),
  });
  const { epoch } = await ledger.manifest(WORKSPACE);

  const server = {
    get ledger() {
      return ledger;
    },
    /** No connection at all. */
    cut: false,
    /** Answers of POST changesets get lost on the way back, this many times. */
    loseAnswers: 0,
    /** The next requests are answered by this. */
    answers: [] as { status: number; type?: string; detail?: string }[],
    /** What was asked, as "POST /changesets". */
    log: [] as string[],
    /** Codes of the problems that were answered. */
    problems: [] as string[],
    quiet: false,
    fetch: async (url: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
      const method = init.method ?? "GET";
      const at = new URL(String(url), "http://localhost");
      const path = at.pathname.replace(`/api/workspaces/${WORKSPACE}`, "");
      server.log.push(`${method} ${path}`);
      if (server.cut) throw new TypeError("Failed to fetch");
      const scripted = method === "GET" ? undefined : server.answers.shift();
      if (scripted) {
        server.problems.push(scripted.type ?? "internal");
        return problem(scripted.status, scripted.type ?? "internal", scripted.detail);
      }
      try {
        const answer = await route(method, path, at.searchParams, init);
        if (method === "POST" && server.loseAnswers > 0) {
          server.loseAnswers -= 1;
          throw new TypeError("Failed to fetch");
        }
        return answer;
      } catch (error) {
        if (!isDomainError(error)) throw error;
        server.problems.push(error.code);
        return problem(statuses[error.code] ?? 500, error.code, error.message, error.errors);
      }
    },
    /** Somebody else's change. */
    commit: async (operations: readonly Operation[], actor = "bob") => {
      const { seq } = await ledger.read(WORKSPACE);
      return ledger.commit(WORKSPACE, {
        id: newId(browserPlatform),
        base: seq,
        actor,
        source: "grid",
        label: "Other",
        operations,
      });
    },
    /** The table as it was right after a seq, under a server that was started again. The epoch stays. */
    restore: async (seq: number) => {
      const { seq: end } = await ledger.read(WORKSPACE);
      for (let gone = seq + 1; gone <= end; gone += 1) {
        await store.delete(Keys.head(WORKSPACE, gone));
      }
      ledger = start();
    },
    workbook: (): Promise<Workbook> => ledger.read(WORKSPACE),
    connect: FakeSocket,
    dropSockets: () => {
      for (const socket of sockets) socket.close();
    },
    say: (message: unknown) => {
      for (const socket of sockets) socket.hear(message);
    },
  };

  function broadcast(from: number, to: number, heads: readonly WireHead[]): void {
    if (server.quiet || server.cut) return;
    for (const socket of sockets) socket.hear({ type: "changes", epoch, from, to, heads });
  }

  async function route(
    method: string,
    path: string,
    query: URLSearchParams,
    init: RequestInit,
  ): Promise<Response> {
    const json = () => JSON.parse(String(init.body)) as unknown;
    if (method === "GET" && path === "/snapshot")
      return Response.json(await ledger.manifest(WORKSPACE));
    if (method === "GET" && path === "/changes")
      return Response.json(
        await ledger.changes(WORKSPACE, Number(query.get("after")), {
          epoch: query.get("epoch") ?? "",
          ...(query.has("hash") ? { hash: query.get("hash") ?? "" } : {}),
        }),
      );
    if (method === "GET" && path.startsWith("/pages/"))
      return inflated(await ledger.page(WORKSPACE, path.slice("/pages/".length)));
    const part = /^\/parts\/([^/]+)\/([^/]+)\/(\d+)$/.exec(path);
    if (method === "GET" && part?.[1] && part[2]) {
      return inflated(await ledger.part(WORKSPACE, part[1], part[2], Number(part[3])));
    }
    if (method === "POST" && path === "/changesets") {
      const { operations, ...draft } = json() as {
        id: string;
        base: number;
        epoch: string;
        hash: string;
        label: string;
        source: "grid";
        operations: unknown;
      };
      return Response.json(
        await ledger.commit(WORKSPACE, {
          ...draft,
          actor: ann.id,
          operations: parseOperations(operations),
        }),
        { status: 201 },
      );
    }
    const undone = /^\/changesets\/([^/]+)\/undo$/.exec(path);
    if (method === "POST" && undone?.[1]) {
      const { records, ...by } = json() as UndoBy & { records?: RecordsBySheet };
      return Response.json(
        await ledger.undo(WORKSPACE, undone[1], { ...by, actor: ann.id }, records),
      );
    }
    if (method === "GET" && path === "/changesets") {
      const [seq = 0, place = 0] = (query.get("cursor") ?? "").split(".").map(Number);
      const { changesets, next, ...rest } = await ledger.list(WORKSPACE, {
        limit: Number(query.get("limit") ?? 50),
        before: query.has("cursor") ? { seq, place } : undefined,
        match: ({ actor }) => query.get("actor") !== "me" || actor === ann.id,
      });
      return Response.json({
        ...rest,
        changesets: changesets.map((each) => ({
          ...each,
          at: new Date(each.at).toISOString(),
        })),
        next: next === null ? null : `${next.seq}.${next.place}`,
      });
    }
    if (method === "GET" && path === "")
      return Response.json({ members: membersOf(await ledger.read(WORKSPACE)).length });
    return problem(404, "not-found", "There is nothing here.");
  }

  /** Opened by the code under test as `WebSocket`. */
  function FakeSocket(this: FakeSocket): FakeSocket {
    const target = new EventTarget();
    const socket: FakeSocket = Object.assign(target, {
      readyState: 0,
      send: () => {},
      close: () => {
        if (socket.readyState === 3) return;
        socket.readyState = 3;
        sockets.delete(socket);
        target.dispatchEvent(new Event("close"));
      },
      hear: (message: unknown) =>
        target.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(message) })),
    });
    setTimeout(() => {
      if (server.cut) return socket.close();
      socket.readyState = 1;
      sockets.add(socket);
      target.dispatchEvent(new Event("open"));
    });
    return socket;
  }
  FakeSocket.OPEN = 1;

  return server;
}

interface FakeSocket extends EventTarget {
  readyState: number;
  send: () => void;
  close: () => void;
  hear: (message: unknown) => void;
}

async function inflated(bytes: Uint8Array): Promise<Response> {
  return new Response(browserPlatform.bytes.decode(await browserPlatform.bytes.gunzip(bytes)));
}

function problem(
  status: number,
  code: string,
  detail = "It failed.",
  errors: readonly unknown[] = [],
): Response {
  return Response.json(
    { type: `urn:gridfolk:problem:${code}`, title: code, status, detail, errors },
    { status },
  );
}
