import { describe, expect, test } from "vitest";
import { FIRST_ACCOUNT, PASSWORD, testApp } from "../testing/app.ts";

const account = { name: "Ada", email: "ada@example.com", password: PASSWORD };

describe("sign-up", () => {
  test("answers a token that is a session, and sets the cookie", async () => {
    const app = testApp();
    const { status, json, headers } = await app.ask("POST", "/api/auth/sign-up/email", {
      json: account,
    });
    expect(status).toBe(200);
    expect(json.user).toMatchObject({ name: "Ada", email: "ada@example.com" });
    const cookie = headers.getSetCookie()[0] ?? "";
    expect(cookie).toMatch(/^gridfolk\.session_token=.*HttpOnly.*SameSite=Lax/);
    expect(cookie).not.toContain("Secure");
    const bySession = await app.ask("GET", "/api/workspaces", { token: json.token });
    const byCookie = await app.ask("GET", "/api/workspaces", {
      cookie: cookie.split(";")[0] ?? "",
    });
    expect([bySession.status, byCookie.status]).toEqual([200, 200]);
  });

  test("sends the cookie over https only where that is how people come", async () => {
    const app = testApp({ settings: { publicUrl: "https://crm.example.com" } });
    const { headers } = await app.ask("POST", "/api/auth/sign-up/email", { json: account });
    expect(headers.getSetCookie()[0]).toMatch(/^__Secure-gridfolk.session_token=.*Secure/);
    const cookie = headers.getSetCookie()[0]?.split(";")[0] ?? "";
    expect((await app.ask("GET", "/api/workspaces", { cookie })).status).toBe(200);
  });

  test("refuses a second account with the same address, in any case", async () => {
    const app = testApp();
    await app.ask("POST", "/api/auth/sign-up/email", { json: account });
    const again = { ...account, email: "ADA@example.com" };
    const { status } = await app.ask("POST", "/api/auth/sign-up/email", { json: again });
    expect(status).toBe(422);
  });

  test("names what is missing or too short", async () => {
    const app = testApp();
    const { status, json } = await app.ask("POST", "/api/auth/sign-up/email", {
      json: { email: "ada", password: "short" },
    });
    expect(status).toBe(400);
    expect(json.errors.map(({ path }: { path: string }) => path)).toEqual([
      "/name",
      "/email",
      "/password",
    ]);
  });

  test("is by invitation where the server says so, the first one by the token of the installation", async () => {
    const app = testApp({ settings: { signUp: "invite" } });
    const signUp = (email: string, invitation?: string) =>
      app.ask("POST", "/api/auth/sign-up/email", { json: { ...account, email, invitation } });
    expect((await signUp("a@example.com")).status).toBe(403);
    expect((await signUp("a@example.com", "guess")).status).toBe(404);
    const owner = await signUp("a@example.com", FIRST_ACCOUNT);
    expect(owner.status).toBe(200);
    expect((await signUp("b@example.com", FIRST_ACCOUNT)).status).toBe(403);
    const token = owner.json.token;
    const workspace = await app.ask("POST", "/api/workspaces", { token, json: { name: "Acme" } });
    const { json } = await app.ask("POST", `/api/workspaces/${workspace.json.id}/members`, {
      token,
      json: { email: "c@example.com", role: "member" },
    });
    expect((await signUp("c@example.com", json.link.split("/").at(-1))).status).toBe(200);
  });
});

describe("sign-in", () => {
  test("answers 401 for a wrong password and for an unknown address, in the same words", async () => {
    const app = testApp();
    await app.signUp("Ada");
    const ask = (email: string) =>
      app.ask("POST", "/api/auth/sign-in/email", { json: { email, password: "wrong one" } });
    const known = await ask("ada1@example.com");
    const unknown = await ask("nobody@example.com");
    expect([known.status, unknown.status]).toEqual([401, 401]);
    expect(known.json.detail).toBe(unknown.json.detail);
  });

  test("is limited for one account, with the time to wait, and right passwords count nothing", async () => {
    const app = testApp();
    const ada = await app.signUp("Ada");
    const signIn = (password: string) =>
      app.ask("POST", "/api/auth/sign-in/email", { json: { email: ada.email, password } });
    for (let times = 0; times < 3; times += 1) expect((await signIn(PASSWORD)).status).toBe(200);
    for (let times = 0; times < 10; times += 1)
      expect((await signIn("wrong one")).status).toBe(401);
    const limited = await signIn(PASSWORD);
    expect(limited.status).toBe(429);
    expect(Number(limited.headers.get("Retry-After"))).toBeGreaterThan(1);
  }, 60_000);
});

describe("a session", () => {
  test("that is forged or belongs to nobody is none", async () => {
    const app = testApp();
    const ada = await app.signUp("Ada");
    const [name = "", value = ""] = ada.cookie.split("=");
    const [token = "", signature = ""] = decodeURIComponent(value).split(".");
    const forged = [
      `${name}=${token}`,
      `${name}=${encodeURIComponent(`${token}.${signature.slice(0, -4)}AAA=`)}`,
      `${name}=${encodeURIComponent(`${token.startsWith("x") ? "y" : "x"}${token.slice(1)}.${signature}`)}`,
      `${name}=`,
    ];
    for (const cookie of forged) {
      expect((await app.ask("GET", "/api/workspaces", { cookie })).status).toBe(401);
    }
    for (const bearer of ["x", `${token}x`, `${token}.${signature}x`]) {
      expect((await app.ask("GET", "/api/workspaces", { token: bearer })).status).toBe(401);
    }
  });

  test("ends with signing out, and with it what was remembered of it", async () => {
    const app = testApp({ rememberSessionsMs: 60_000 });
    const { token } = await app.signUp("Ada");
    expect((await app.ask("GET", "/api/workspaces", { token })).status).toBe(200);
    expect((await app.ask("POST", "/api/auth/sign-out", { token, json: {} })).status).toBe(200);
    expect((await app.ask("GET", "/api/workspaces", { token })).status).toBe(401);
  });

  test("of everybody else ends when the password changes and that is asked for", async () => {
    const app = testApp({ rememberSessionsMs: 60_000 });
    const ada = await app.signUp("Ada");
    const other = await app.ask("POST", "/api/auth/sign-in/email", {
      json: { email: ada.email, password: PASSWORD },
    });
    const changed = await app.ask("POST", "/api/auth/change-password", {
      token: ada.token,
      json: { currentPassword: PASSWORD, newPassword: "another one", revokeOtherSessions: true },
    });
    expect(changed.status).toBe(200);
    expect((await app.ask("GET", "/api/workspaces", { token: other.json.token })).status).toBe(401);
    expect((await app.ask("GET", "/api/workspaces", { token: changed.json.token })).status).toBe(
      200,
    );
  });

  test("ends everywhere with revoke-sessions", async () => {
    const app = testApp();
    const { token } = await app.signUp("Ada");
    expect((await app.ask("GET", "/api/auth/list-sessions", { token })).json).toHaveLength(1);
    expect((await app.ask("POST", "/api/auth/revoke-sessions", { token, json: {} })).status).toBe(
      200,
    );
    expect((await app.ask("GET", "/api/auth/list-sessions", { token })).status).toBe(401);
  });
});

describe("a change proved by a cookie", () => {
  test("needs an Origin of this site, a bearer token needs none", async () => {
    const app = testApp();
    const { cookie, token } = await app.signUp("Ada");
    const json = { name: "Acme" };
    const write = (headers: Record<string, string>) =>
      app.ask("POST", "/api/workspaces", { cookie, json, headers });
    expect((await write({})).status).toBe(403);
    expect((await write({ Origin: "https://evil.example" })).status).toBe(403);
    expect((await write({ Origin: await app.origin() })).status).toBe(201);
    expect((await app.ask("POST", "/api/workspaces", { token, json })).status).toBe(201);
  });

  test("cannot sign a browser in from another site", async () => {
    const app = testApp();
    const { status } = await app.ask("POST", "/api/auth/sign-up/email", {
      json: account,
      headers: { Origin: "https://evil.example" },
    });
    expect(status).toBe(403);
  });
});

test("get-session answers null to nobody", async () => {
  const { status, text } = await testApp().ask("GET", "/api/auth/get-session");
  expect([status, text]).toEqual([200, "null"]);
});
