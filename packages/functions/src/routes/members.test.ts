import { beforeAll, describe, expect, test } from "vitest";
import { PASSWORD, type Person, type TestApp, testApp } from "../testing/app.ts";

let app: TestApp;
let ada: Person;
let bob: Person;
let cleo: Person;

beforeAll(async () => {
  app = testApp({ looksInside: true });
  ada = await app.signUp("Ada");
  bob = await app.signUp("Bob");
  cleo = await app.signUp("Cleo");
});

const list = async (workspace: string, by: Person) =>
  (await app.ask("GET", `${workspace}/members`, { token: by.token })).json;
const invite = (workspace: string, by: Person, email: string, role: string) =>
  app.ask("POST", `${workspace}/members`, { token: by.token, json: { email, role } });
const tokenOf = (answer: { json: { link: string } }) => answer.json.link.split("/").at(-1) ?? "";
const setRole = (workspace: string, by: Person, person: Person, role: string) =>
  app.ask("PATCH", `${workspace}/members/${person.id}`, { token: by.token, json: { role } });
const remove = (workspace: string, by: Person, person: Person) =>
  app.ask("DELETE", `${workspace}/members/${person.id}`, { token: by.token });

describe("an invitation", () => {
  test("says what it is to, makes its holder a member, and works once", async () => {
    const workspace = await app.workspace(ada, "Invites");
    const invited = await invite(workspace, ada, bob.email, "member");
    expect(invited.status).toBe(201);
    expect(invited.json.link.startsWith(`${await app.origin()}/invite/`)).toBe(true);
    const token = tokenOf(invited);
    const shown = await app.ask("GET", `/api/invitations/${token}`);
    expect(shown.json).toMatchObject({
      workspace: { name: "Invites" },
      email: bob.email,
      role: "member",
    });
    expect(
      (await app.ask("POST", `/api/invitations/${token}/accept`, { token: bob.token })).status,
    ).toBe(200);
    expect(
      (await app.ask("POST", `/api/invitations/${token}/accept`, { token: cleo.token })).status,
    ).toBe(404);
    expect((await app.ask("GET", workspace, { token: bob.token })).json.role).toBe("member");
    const { json } = await app.ask("GET", "/api/workspaces", { token: bob.token });
    expect(json.workspaces).toContainEqual(
      expect.objectContaining({ name: "Invites", role: "member" }),
    );
  });

  test("lets one of two in who try at the same time", async () => {
    const workspace = await app.workspace(ada);
    const token = tokenOf(await invite(workspace, ada, "x@example.com", "member"));
    const answers = await Promise.all(
      [bob, cleo].map((person) =>
        app.ask("POST", `/api/invitations/${token}/accept`, { token: person.token }),
      ),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 404]));
    expect((await list(workspace, ada)).members).toHaveLength(2);
  });

  test("is listed to those who may invite, without its token, and can be withdrawn", async () => {
    const workspace = await app.workspace(ada);
    await app.join(ada, workspace, bob, "member");
    const token = tokenOf(await invite(workspace, ada, "x@example.com", "viewer"));
    const { invitations } = await list(workspace, ada);
    expect(invitations).toEqual([
      expect.objectContaining({ email: "x@example.com", role: "viewer" }),
    ]);
    expect(JSON.stringify(invitations)).not.toContain(token);
    expect((await list(workspace, bob)).invitations).toEqual([]);
    const { status } = await app.ask("DELETE", `${workspace}/invitations/${invitations[0].id}`, {
      token: ada.token,
    });
    expect(status).toBe(200);
    expect((await app.ask("GET", `/api/invitations/${token}`)).status).toBe(404);
  });

  test("does not change what somebody is who is a member already", async () => {
    const workspace = await app.workspace(ada);
    await app.join(ada, workspace, bob, "viewer");
    const token = tokenOf(await invite(workspace, ada, "x@example.com", "admin"));
    await app.ask("POST", `/api/invitations/${token}/accept`, { token: bob.token });
    expect((await app.ask("GET", workspace, { token: bob.token })).json.role).toBe("viewer");
    expect((await invite(workspace, ada, bob.email, "admin")).status).toBe(409);
  });

  test("to be an owner is given by owners only", async () => {
    const workspace = await app.workspace(ada);
    await app.join(ada, workspace, bob, "admin");
    expect((await invite(workspace, bob, "x@example.com", "owner")).status).toBe(403);
    expect((await invite(workspace, bob, "x@example.com", "member")).status).toBe(201);
  });
});

describe("roles", () => {
  test("are changed by admins, up to their own", async () => {
    const workspace = await app.workspace(ada);
    await app.join(ada, workspace, bob, "admin");
    await app.join(ada, workspace, cleo, "member");
    expect((await setRole(workspace, cleo, cleo, "admin")).status).toBe(403);
    expect((await setRole(workspace, bob, cleo, "viewer")).json.role).toBe("viewer");
    expect((await setRole(workspace, bob, bob, "owner")).status).toBe(403);
    expect((await setRole(workspace, bob, ada, "member")).status).toBe(403);
    expect((await remove(workspace, bob, ada)).status).toBe(403);
  });

  test("leave at least one owner", async () => {
    const workspace = await app.workspace(ada);
    await app.join(ada, workspace, bob, "member");
    expect((await setRole(workspace, ada, ada, "member")).status).toBe(409);
    expect((await remove(workspace, ada, ada)).status).toBe(409);
    expect((await setRole(workspace, ada, bob, "owner")).status).toBe(200);
    const leaving = await Promise.all([remove(workspace, ada, ada), remove(workspace, bob, bob)]);
    expect(new Set(leaving.map(({ status }) => status))).toEqual(new Set([200, 409]));
  });

  test("cannot be taken by writing to the sheet that holds them, or by undo", async () => {
    const workspace = await app.workspace(ada);
    await app.join(ada, workspace, bob, "admin");
    const { ledger } = app.services;
    const workbook = await ledger.read(workspace.split("/").at(-1) ?? "");
    const record = workbook.sheets.get("_members")?.ids[1] ?? "";
    const fields = { role: ["owner"] };
    const direct = await app.commit(bob, workspace, [
      { op: "set", sheet: "_members", ids: [record], fields },
    ]);
    expect(direct.status).toBe(403);
    const path = `${workspace}/sheets/_members/records`;
    const json = { ids: [record], set: { role: "owner" } };
    expect((await app.ask("PATCH", path, { token: bob.token, json })).status).toBe(403);
    await setRole(workspace, ada, bob, "owner");
    const demoted = await setRole(workspace, ada, bob, "admin");
    expect(demoted.status).toBe(200);
    const { changesets } =
      (await ledger.changes(workspace.split("/").at(-1) ?? "", 0)).heads.at(-1) ?? {};
    const undo = await app.ask("POST", `${workspace}/changesets/${changesets?.[0]?.id}/undo`, {
      token: bob.token,
      json: {},
    });
    expect(undo.status).toBe(403);
  });
});

test("who is removed sees nothing any more, and keeps the record when invited again", async () => {
  const workspace = await app.workspace(ada, "Again");
  await app.join(ada, workspace, bob, "member");
  expect((await remove(workspace, ada, bob)).status).toBe(200);
  expect((await app.ask("GET", workspace, { token: bob.token })).status).toBe(404);
  const { json } = await app.ask("GET", "/api/workspaces", { token: bob.token });
  expect(json.workspaces.map(({ name }: { name: string }) => name)).not.toContain("Again");
  await app.join(ada, workspace, bob, "viewer");
  expect((await list(workspace, ada)).members.map(({ role }: { role: string }) => role)).toEqual([
    "owner",
    "viewer",
  ]);
});

describe("a reset link", () => {
  test("from the owner sets a new password once and ends all sessions", async () => {
    const dan = await app.signUp("Dan");
    const workspace = await app.workspace(ada);
    await app.join(ada, workspace, dan, "member");
    const path = `${workspace}/members/${dan.id}/reset-link`;
    expect((await app.ask("POST", path, { token: dan.token })).status).toBe(403);
    const made = await app.ask("POST", path, { token: ada.token });
    const token = made.json.link.split("/reset/")[1];
    expect((await app.ask("GET", `/api/auth/reset-password/${token}`)).json.email).toBe(dan.email);
    const reset = (newPassword: string) =>
      app.ask("POST", "/api/auth/reset-password", { json: { token, newPassword } });
    expect((await reset("short")).status).toBe(400);
    expect((await reset("a new password")).status).toBe(200);
    expect((await reset("and again one")).status).toBe(404);
    expect((await app.ask("GET", workspace, { token: dan.token })).status).toBe(401);
    const signIn = (password: string) =>
      app.ask("POST", "/api/auth/sign-in/email", { json: { email: dan.email, password } });
    expect((await signIn(PASSWORD)).status).toBe(401);
    expect((await signIn("a new password")).status).toBe(200);
  });

  test("is refused for somebody who is also elsewhere", async () => {
    const workspace = await app.workspace(ada);
    const other = await app.workspace(cleo);
    await app.join(ada, workspace, cleo, "member");
    const path = `${workspace}/members/${cleo.id}/reset-link`;
    expect((await app.ask("POST", path, { token: ada.token })).status).toBe(403);
    expect(other).not.toBe(workspace);
  });
});
