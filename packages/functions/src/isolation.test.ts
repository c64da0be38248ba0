import { beforeAll, describe, expect, test } from "vitest";
import { type Person, type TestApp, testApp } from "./testing/app.ts";

/**
 * Every operation of the OpenAPI document, asked for with ids that exist, by everybody who may not. A route that is added is
 * tested without anybody remembering to.
 */

const app: TestApp = testApp({ looksInside: true });
let owner: Person;
let stranger: Person;
let viewer: Person;
let values: Readonly<Record<string, string>>;
let operations: { method: string; path: string; signedIn: boolean; body: boolean }[];

const METHODS = ["get", "post", "put", "patch", "delete"];

beforeAll(async () => {
  owner = await app.signUp("Owner");
  stranger = await app.signUp("Stranger");
  viewer = await app.signUp("Viewer");
  const workspace = await app.workspace(owner);
  // The stranger has a workspace too: being signed in and being an owner somewhere helps nothing elsewhere.
  await app.workspace(stranger);
  await app.join(owner, workspace, viewer, "viewer");
  const token = owner.token;
  const made = await app.ask("POST", `${workspace}/sheets/contacts/records`, {
    token,
    json: { records: [{ firstName: "Ada", lastName: "Lovelace" }] },
  });
  const imported = await app.ask("POST", `${workspace}/import?sheet=contacts`, {
    token,
    body: "Email\nada@example.com\n",
  });
  const invited = await app.ask("POST", `${workspace}/members`, {
    token,
    json: { email: "new@example.com", role: "member" },
  });
  await app.services.ledger.compact(workspace.split("/").at(-1) ?? "", { force: true });
  const snapshot = await app.ask("GET", `${workspace}/snapshot`, { token });
  values = {
    ws: workspace.split("/").at(-1) ?? "",
    sheet: "contacts",
    field: "email",
    id: made.json.ids[0],
    user: viewer.id,
    changeset: made.json.changeset,
    import: imported.json.import,
    invitation: invited.json.id,
    hash: snapshot.json.pages[0].hash,
    attempt: made.json.changeset,
    n: "0",
    token: "nobodys",
  };
  const document = (await app.ask("GET", "/api/openapi.json")).json;
  operations = Object.entries<Record<string, { security?: unknown[]; requestBody?: object }>>(
    document.paths,
  )
    .filter(([path]) => path.startsWith("/api/"))
    .flatMap(([path, item]) =>
      METHODS.filter((method) => item[method] !== undefined).map((method) => ({
        method: method.toUpperCase(),
        path,
        signedIn: item[method]?.security === undefined,
        body: item[method]?.requestBody !== undefined,
      })),
    );
});

/** The address with ids of the owner's workspace. */
function address(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    if (name === "id" && path.includes("/invitations/")) return values["invitation"] ?? "";
    if (name === "id" && !path.includes("/records/")) return values["changeset"] ?? "";
    const value = values[name];
    if (value === undefined) throw new Error(`No value for {${name}} of ${path}`);
    return value;
  });
}

function ask(operation: { method: string; path: string }, token?: string) {
  const isGet = operation.method === "GET";
  return app.ask(operation.method, address(operation.path), {
    ...(token === undefined ? {} : { token }),
    ...(isGet ? {} : { json: {} }),
  });
}

describe("every operation of the OpenAPI document", () => {
  test("needs a session, unless it says that it does not", async () => {
    for (const operation of operations.filter(({ signedIn }) => signedIn)) {
      const { status } = await ask(operation);
      expect(`${operation.method} ${operation.path} ${status}`).toBe(
        `${operation.method} ${operation.path} 401`,
      );
    }
  });

  test("answers 404 for a workspace of somebody else", async () => {
    const inside = operations.filter(({ path }) => path.includes("{ws}"));
    expect(inside.length).toBeGreaterThan(25);
    for (const operation of inside) {
      const { status, text } = await ask(operation, stranger.token);
      expect(`${operation.method} ${operation.path} ${status}`).toBe(
        `${operation.method} ${operation.path} 404`,
      );
      expect(text).not.toContain("Lovelace");
    }
  });

  test("answers 404 for a workspace that is not there, in the same words", async () => {
    const inside = operations.filter(({ path }) => path.includes("{ws}"));
    for (const operation of inside) {
      const there = await ask(operation, stranger.token);
      const nowhere = await app.ask(
        operation.method,
        address(operation.path).replace(values["ws"] ?? "", "01aaaaaaaaaaaaaaaaaaaaaaaa"),
        { token: stranger.token, ...(operation.method === "GET" ? {} : { json: {} }) },
      );
      expect({ ...nowhere.json, instance: "" }).toEqual({ ...there.json, instance: "" });
    }
  });

  test("answers 404 in one's own workspace for ids that belong to another", async () => {
    const own = (await app.workspace(stranger)).split("/").at(-1) ?? "";
    const foreign = /\{(id|user|changeset|import|hash|attempt)\}/;
    // Giving up an upload that is not there is no failure.
    const harmless = new Set(["DELETE /api/workspaces/{ws}/uploads/{id}/{attempt}"]);
    const bodies: Readonly<Record<string, unknown>> = {
      "PATCH /api/workspaces/{ws}/members/{user}": { role: "viewer" },
      "POST /api/workspaces/{ws}/uploads/{id}/{attempt}/commit": { parts: 1, draft: { base: 1 } },
    };
    for (const { method, path } of operations.filter((operation) => foreign.test(operation.path))) {
      const name = `${method} ${path}`;
      if (harmless.has(name)) continue;
      const { status } = await app.ask(method, address(path).replace(values["ws"] ?? "", own), {
        token: stranger.token,
        ...(method === "GET" ? {} : { json: bodies[name] ?? {} }),
      });
      expect(`${name} ${status}`).toBe(`${name} 404`);
    }
  });

  test("lets a viewer change nothing", async () => {
    const own = new Set(["/api/workspaces/{ws}/live-ticket"]);
    const writes = operations.filter(
      ({ method, path }) =>
        method !== "GET" &&
        path.includes("{ws}") &&
        !own.has(path) &&
        !path.endsWith("/changesets"),
    );
    const before = (await app.services.ledger.read(values["ws"] ?? "")).seq;
    for (const operation of writes) {
      // Leaving is everybody's right; here somebody else is removed.
      const path = address(operation.path).replace(`/members/${viewer.id}`, `/members/${owner.id}`);
      const { status } = await app.ask(operation.method, path, { token: viewer.token, json: {} });
      expect(`${operation.method} ${operation.path} ${status}`).toBe(
        `${operation.method} ${operation.path} 403`,
      );
    }
    expect((await app.services.ledger.read(values["ws"] ?? "")).seq).toBe(before);
  });

  test("is on the router, and every route of the router is in the document", async () => {
    const { routes } = await import("./testing/routes.ts");
    const described = new Set(operations.map(({ method, path }) => `${method} ${path}`));
    expect([...described].toSorted()).toEqual(routes(app.services).toSorted());
  });
});
