import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { DomainError } from "@gridfolk/core/error";
import { send } from "@gridfolk/core/import/send";
import * as Ids from "@gridfolk/core/ledger/ids";
import type { Changes, Manifest } from "@gridfolk/core/ledger/ledger";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import { nodePlatform as platform } from "@gridfolk/functions/platform";
import { WebSocket } from "ws";
import type { Usage } from "../../infra/cost/usage.ts";
import { createFollower, type Follower } from "../../packages/web/src/data/follow.ts";
import type { LiveMessage } from "../../packages/web/src/data/live.ts";
import { createKept, type Kept } from "../../packages/web/src/data/kept.ts";
import { loadWorkbook, type Remote } from "../../packages/web/src/data/load.ts";
import { planContacts } from "../workspace.ts";
import { type Answer, ask } from "./browser.ts";
import { GB } from "./meter.ts";

export interface Person {
  readonly url: string;
  readonly token: string;
  readonly workspace: string;
  /** What this person's browser keeps. */
  readonly kept: Kept;
  readonly add: (usage: Usage) => void;
}

/** API Gateway counts a message by so much. */
const MESSAGE_BYTES = 32 * 1_024;
/** Frame and TLS of a message on its way to the browser. */
const FRAME_BYTES = 30;
const WAIT_MS = 30_000;

/** A person's browser with a workspace open: says and fetches what packages/web does, by its own modules where they run here. */
export class Page {
  readonly person: Person;
  readonly #remote: Remote;
  readonly #follower: Follower;
  #workbook: Workbook.Workbook | undefined;
  #socket: WebSocket | undefined;
  readonly #waiting: { type: LiveMessage["type"]; heard(): void }[] = [];
  /** Changes of one cell that were answered: their changesets. */
  readonly landed: string[] = [];
  /** Characters of what came after the page was opened, as it is kept. */
  keptText = 0;

  private constructor(person: Person) {
    this.person = person;
    const path = `/api/workspaces/${person.workspace}`;
    const json = async <T>(rest: string): Promise<T> =>
      JSON.parse((await this.ask("GET", path + rest)).text) as T;
    const text = async (rest: string) => (await this.ask("GET", path + rest)).text;
    this.#remote = {
      manifest: () => json<Manifest>("/snapshot"),
      page: async (hash) => (await this.ask("GET", `${path}/pages/${hash}`)).bytes,
      part: (changeset, attempt, n) => text(`/parts/${changeset}/${attempt}/${n}`),
      changes: ({ seq, epoch, hash }) =>
        json<Changes>(`/changes?${new URLSearchParams({ after: `${seq}`, epoch, hash })}`),
      changesFrom: (after, epoch) =>
        json<Changes>(`/changes?${new URLSearchParams({ after: `${after}`, epoch })}`),
    };
    const fail = (): never => {
      throw new Error("The page was turned away.");
    };
    this.#follower = createFollower({
      remote: this.#remote,
      platform,
      workbook: () => this.#workbook,
      onHeads: (heads) => {
        for (const head of heads) Workbook.apply(this.workbook, head);
      },
      onKeep: (epoch, heads) => {
        void this.person.kept.follow(epoch, heads);
        this.keptText += heads.reduce((sum, head) => sum + JSON.stringify(head).length, 0);
      },
      onReplaced: fail,
      onReached: () => {},
      onUnreachable: fail,
      onHalt: fail,
      onRemoved: fail,
    });
  }

  /** Opens the workspace as somebody does who comes in the morning. */
  static async open(person: Person): Promise<Page> {
    const page = new Page(person);
    const session = page.ask("GET", "/api/auth/get-session");
    page.#workbook = await page.#load();
    await session;
    await page.connect();
    return page;
  }

  get workbook(): Workbook.Workbook {
    if (this.#workbook === undefined) throw new Error("The page is not open.");
    return this.#workbook;
  }

  /** Opens a socket, says hello, fetches what is new. */
  async connect(): Promise<void> {
    const { url, token, workspace } = this.person;
    const address = `${url.replace("http", "ws")}/live?workspace=${workspace}`;
    const socket = new WebSocket(address, { headers: { Authorization: `Bearer ${token}` } });
    this.#socket = socket;
    socket.on("message", (data) => {
      const text = (data as Buffer).toString();
      this.person.add({
        ...message(text),
        cloudFrontOut: (Buffer.byteLength(text) + FRAME_BYTES) / GB,
      });
      const told = JSON.parse(text) as LiveMessage;
      if (told.type === "changes") this.#follower.receive(told);
      for (const waiting of this.#waiting.filter(({ type }) => type === told.type)) {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        waiting.heard();
      }
    });
    await once(socket, "open");
    this.person.add({ cloudFrontRequest: 1, cloudFrontOut: 500 / GB });
    const hello = this.#hears("hello");
    this.say({ type: "hello" });
    await this.refresh();
    await hello;
  }

  /** Leaves, as an end of the connection does. */
  async disconnect(): Promise<void> {
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket === undefined) return;
    const closed = once(socket, "close");
    socket.close();
    await closed;
  }

  /** Says something over the socket. */
  say(what: object): void {
    const text = JSON.stringify(what);
    this.person.add(message(text));
    this.#socket?.send(text);
  }

  /** Nobody looks any more, for longer than a moment. */
  away(): void {
    this.say({ type: "presence", away: true });
  }

  /** Somebody looks again: the page says so, is told where the log is, and fetches meanwhile (live.ts, open.ts). */
  async back(place: object): Promise<void> {
    const pong = this.#hears("pong");
    this.say({ type: "presence", ...place, ask: true });
    await this.refresh();
    await pong;
  }

  /** Nobody looks: the socket is kept open. */
  beat(): void {
    this.say({ type: "ping", quiet: true });
  }

  async ping(): Promise<void> {
    const pong = this.#hears("pong");
    this.say({ type: "ping" });
    await pong;
  }

  refresh(): Promise<void> {
    return this.#follower.refresh();
  }

  /** Sets one cell, as typed into the grid, and answers the seq it got. */
  async edit(record: string, field: string, value: string): Promise<number> {
    const { seq, epoch, hash } = this.workbook;
    const id = Ids.newId(platform);
    const { text } = await this.ask("POST", `/api/workspaces/${this.person.workspace}/changesets`, {
      id,
      base: seq,
      epoch,
      hash,
      source: "grid",
      label: `Changed ${field}`,
      operations: [{ op: "set", sheet: "contacts", ids: [record], fields: { [field]: [value] } }],
    });
    this.landed.push(id);
    return (JSON.parse(text) as { seq: number }).seq;
  }

  /** A file through the wizard: its worker reads the workspace anew, with the pages that the browser has kept. */
  async import(csv: Uint8Array, name: string): Promise<number> {
    const workbook = await this.#load();
    const path = `/api/workspaces/${this.person.workspace}/uploads`;
    const { epoch, seq, hash } = workbook;
    const json = async <T>(method: string, rest: string, body: object): Promise<T> =>
      JSON.parse((await this.ask(method, path + rest, body)).text) as T;
    const { answers } = await send(
      planContacts(workbook, csv),
      { import: Ids.newId(platform), file: name, base: { epoch, seq, hash } },
      {
        open: (id, parts) => json("POST", "", { id, parts }),
        part: async (id, attempt, n, bytes) => {
          await this.ask("PUT", `${path}/${id}/${attempt}/parts/${n}`, bytes);
        },
        commit: (id, attempt, end) => json("POST", `/${id}/${attempt}/commit`, end),
        abandon: async (id, attempt) => {
          await this.ask("DELETE", `${path}/${id}/${attempt}`);
        },
      },
      platform,
    );
    return answers.at(-1)?.seq ?? Number.NaN;
  }

  /** A search through all of a sheet, sorted: what a report asks of the server. */
  async report(): Promise<void> {
    const query = "limit=100&sort=lastName&q=smith";
    await this.ask(
      "GET",
      `/api/workspaces/${this.person.workspace}/sheets/contacts/records?${query}`,
    );
  }

  /** The whole sheet as CSV, by way of the bucket when it is large. */
  async export(): Promise<number> {
    const path = `/api/workspaces/${this.person.workspace}/sheets/contacts/export?format=csv`;
    const answer = await this.ask("GET", path);
    if (answer.status !== 303) return answer.text.length;
    const file = await this.ask("GET", answer.headers.location ?? "");
    return file.text.length;
  }

  /** Resolves when what was committed at this seq is on the page. */
  async reaches(seq: number): Promise<void> {
    const until = Date.now() + WAIT_MS;
    while (this.workbook.seq < seq) {
      if (Date.now() > until) throw new Error(`The page is at ${this.workbook.seq}, not ${seq}.`);
      await delay(5);
    }
  }

  async ask(method: string, path: string, body?: Uint8Array | object): Promise<Answer> {
    const { url, token, add } = this.person;
    for (let attempt = 0; ; attempt += 1) {
      const answer = await ask(add, { url, token, method, path, body });
      if (answer.status < 400) return answer;
      if (answer.status !== 503 || attempt === 5)
        throw new DomainError("busy", `${method} ${path}: ${answer.status} ${answer.text}`);
      await delay(200);
    }
  }

  #load(): Promise<Workbook.Workbook> {
    const { workspace, kept } = this.person;
    return loadWorkbook(workspace, this.#remote, kept, platform, () => {});
  }

  #hears(type: LiveMessage["type"]): Promise<void> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`There was no ${type}.`)), WAIT_MS);
      this.#waiting.push({
        type,
        heard() {
          clearTimeout(late);
          resolve();
        },
      });
    });
  }
}

function message(text: string): Usage {
  return { webSocketMessage: Math.max(1, Math.ceil(Buffer.byteLength(text) / MESSAGE_BYTES)) };
}

/** What a browser keeps, as the one in IndexedDB. */
export function keptInMemory(): Kept {
  const texts = new Map<string, string>();
  return createKept({
    get: (name) => Promise.resolve(texts.get(name)),
    put: (name, text) => Promise.resolve(void texts.set(name, text)),
    beginning: (prefix) =>
      Promise.resolve(
        [...texts.keys()]
          .filter((name) => name.startsWith(prefix))
          .toSorted()
          .map((name) => texts.get(name) ?? ""),
      ),
    prune(isKept) {
      for (const name of texts.keys()) if (!isKept(name)) texts.delete(name);
      return Promise.resolve();
    },
  });
}
