// @vitest-environment happy-dom
import { IDBFactory } from "fake-indexeddb";
import "fake-indexeddb/auto";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { openCache } from "./cache.ts";
import { confirmUser, signIn, signOut, user } from "./session.ts";

const ann = { id: "ann", name: "Ann", email: "ann@acme.test" };
const bob = { id: "bob", name: "Bob", email: "bob@acme.test" };

let answers: Record<string, () => Response>;

beforeEach(() => {
  localStorage.clear();
  vi.stubGlobal("indexedDB", new IDBFactory());
  answers = {};
  vi.stubGlobal("fetch", async (path: string) => {
    const answer = answers[path];
    if (!answer) throw new TypeError("Failed to fetch");
    return answer();
  });
});

afterEach(() => vi.unstubAllGlobals());

async function signInAs(person: typeof ann): Promise<void> {
  answers["/api/auth/sign-in/email"] = () => Response.json({ user: person });
  await signIn({ email: person.email, password: "long enough" });
}

async function keepSomething(person: typeof ann): Promise<void> {
  const database = await openCache(person.id);
  await database.put("pages", "text", ["w1", "hash"]);
  database.close();
  localStorage.setItem("gridfolk:sheet:w1", "contacts");
}

async function isKept(person: typeof ann): Promise<boolean> {
  const database = await openCache(person.id);
  const count = await database.count("pages");
  database.close();
  return count > 0;
}

describe("session", () => {
  test("signing out removes everything of the person from the browser but its looks", async () => {
    await signInAs(ann);
    await keepSomething(ann);
    localStorage.setItem("gridfolk:theme", "dark");
    answers["/api/auth/sign-out"] = () => Response.json({ success: true });
    await signOut();
    expect(user()).toBeUndefined();
    expect(await isKept(ann)).toBe(false);
    expect(Object.keys(localStorage)).toEqual(["gridfolk:theme"]);
  });

  test("a session that ended keeps the person's data until they sign in again", async () => {
    await signInAs(ann);
    await keepSomething(ann);
    answers["/api/auth/get-session"] = () => Response.json(null);
    await confirmUser();
    expect(user()).toBeUndefined();
    expect(await isKept(ann)).toBe(true);
    await signInAs(ann);
    expect(await isKept(ann)).toBe(true);
  });

  test("somebody else who signs in finds nothing of it", async () => {
    await signInAs(ann);
    await keepSomething(ann);
    await signInAs(bob);
    expect(user()).toEqual(bob);
    expect(await isKept(ann)).toBe(false);
    expect(localStorage.getItem("gridfolk:sheet:w1")).toBeNull();
  });

  test("without a network the person stays who they are", async () => {
    await signInAs(ann);
    await confirmUser();
    expect(user()).toEqual(ann);
  });
});
