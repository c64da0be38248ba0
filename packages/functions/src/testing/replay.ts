import type { Answered, TestApp } from "./app.ts";

/** What a client once asked, and what it was answered (packages/web/e2e/record-clients.test.ts). */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly base64?: string;
  readonly answer: { readonly status: number; readonly type: string; readonly json?: unknown };
}

/** Shorter texts are words, not names that a server made. */
const NAME_LENGTH = 16;

/**
 * Asks a server of today what an older client asked, in the same order. Names that the server made then (workspaces, attempts,
 * epochs, hashes) are replaced by those it makes now, which are found at the same places of the answers. Answers the
 * exchanges that went otherwise, each in words.
 */
export async function replay(app: TestApp, exchanges: readonly Exchange[]): Promise<string[]> {
  const names = new Map<string, string>();
  const pages: string[] = [];
  const faults: string[] = [];
  let cookie: string | undefined;
  let asked = 0;

  function today(text: string): string {
    let translated = text;
    for (const [then, now] of names) translated = translated.replaceAll(then, now);
    return translated;
  }

  for (const exchange of exchanges) {
    const { method, answer } = exchange;
    const workspace = /^\/api\/workspaces\/([^/?]+)/.exec(today(exchange.path))?.[1];
    // What a server does by itself after an import is done here where the client looks for it.
    if (exchange.path.endsWith("/snapshot") && workspace !== undefined)
      await app.services.ledger.compact(workspace, { force: true });
    const isPage = /\/pages\/[0-9a-f]+$/.test(exchange.path);
    // Pages are named by what is in them, which is not the same twice: one is as good as another.
    const path = isPage
      ? `/api/workspaces/${workspace}/pages/${pages[asked++ % pages.length]}`
      : today(exchange.path);
    const live = await app.ask(method, path, {
      ...(cookie !== undefined && { cookie }),
      headers: { Origin: await app.origin(), ...exchange.headers },
      ...bodyOf(exchange, today),
    });
    cookie = live.headers.getSetCookie()[0]?.split(";")[0] ?? cookie;
    const about = `${method} ${exchange.path.replace(/\?.*/, "?…")}`;
    faults.push(...compare(answer, live).map((fault) => `${about}: ${fault}`));
    learn(answer.json, live.json, names);
    if (exchange.path.endsWith("/snapshot")) {
      const listed = (live.json as { pages?: { hash: string }[] } | undefined)?.pages ?? [];
      pages.splice(0, pages.length, ...listed.map(({ hash }) => hash));
    }
  }
  return faults;
}

function bodyOf({ body, base64 }: Exchange, today: (text: string) => string): object {
  if (body !== undefined) return { body: today(JSON.stringify(body)) };
  return base64 === undefined ? {} : { body: new Uint8Array(Buffer.from(base64, "base64")) };
}

function compare(then: Exchange["answer"], live: Answered): string[] {
  if (live.status !== then.status)
    return [`answered ${live.status}, not ${then.status}: ${live.text.slice(0, 300)}`];
  const type = live.headers.get("content-type")?.split(";")[0] ?? "";
  if (type !== then.type) return [`answered ${type}, not ${then.type}`];
  return then.json === undefined ? [] : missing(then.json, live.json, "");
}

/** What an older client may rely on and does not find: a property that is gone, a value of another kind. */
function missing(then: unknown, now: unknown, place: string): string[] {
  if (then === null || then === undefined) return [];
  const kind = (value: unknown): string => (Array.isArray(value) ? "list" : typeof value);
  if (now === null || kind(then) !== kind(now))
    return [`${place || "the answer"} is ${now === null ? "null" : kind(now)}, not ${kind(then)}`];
  if (Array.isArray(then) && Array.isArray(now)) {
    if (then.length > 0 && now.length === 0) return [`${place} is empty`];
    return missing(then[0], now[0], `${place}/0`);
  }
  if (typeof then !== "object") return [];
  return Object.entries(then).flatMap(([name, value]) =>
    missing(value, (now as Record<string, unknown>)[name], `${place}/${name}`),
  );
}

/** Texts that differ at the same place are the same name, then and now. */
function learn(then: unknown, now: unknown, names: Map<string, string>): void {
  if (typeof then === "string" && typeof now === "string") {
    // The first place is the right one: a snapshot may be of another moment than it was then.
    if (then !== now && then.length >= NAME_LENGTH && !names.has(then)) names.set(then, now);
  } else if (typeof then === "object" && then !== null && typeof now === "object" && now !== null) {
    for (const [name, value] of Object.entries(then))
      learn(value, (now as Record<string, unknown>)[name], names);
  }
}
