import { createSignal } from "solid-js";
import { isDomainError } from "@gridfolk/core/error";
import * as v from "valibot";
import { call } from "./api.ts";
import { wipe } from "./cache.ts";

export interface User {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

export interface WorkspaceSummary {
  readonly id: string;
  readonly name: string;
  readonly role: string;
}

const KEY = "gridfolk:user";
/** Whose data this browser holds, signed in or not. */
const KEPT = "gridfolk:kept";
const OF_BROWSER = new Set(["gridfolk:theme", "gridfolk:rail"]);

const userSchema = v.object({ id: v.string(), name: v.string(), email: v.string() });

function remembered(): User | undefined {
  try {
    return v.parse(userSchema, JSON.parse(localStorage.getItem(KEY) ?? "null"));
  } catch {
    return undefined;
  }
}

const [user, setUser] = createSignal<User | undefined>(remembered());

/** Who is signed in, as far as this browser knows: remembered between visits, so that the page opens without a network. */
export { user };

// Signing in or out in one tab does so in all.
window.addEventListener("storage", (event) => {
  if (event.key === KEY || event.key === null) setUser(remembered());
});

function remember(next: User): void {
  setUser({ id: next.id, name: next.name, email: next.email });
  localStorage.setItem(KEY, JSON.stringify(user()));
  localStorage.setItem(KEPT, next.id);
}

/** Somebody else's data does not stay behind in this browser. */
async function become(next: User): Promise<void> {
  const before = localStorage.getItem(KEPT);
  if (before !== null && before !== next.id) await clear(before);
  remember(next);
}

/**
 * Asks the server who is signed in. Offline, what is remembered stands. When the session has ended, the person has to sign
 * in again; their data and their unsent changes stay until then.
 */
export async function confirmUser(): Promise<void> {
  try {
    const answer = await call<{ user: User } | null>("GET", "/api/auth/get-session");
    if (answer?.user) await become(answer.user);
    else lapse();
  } catch (error) {
    if (isDomainError(error, "unauthenticated")) lapse();
  }
}

function lapse(): void {
  setUser(undefined);
  localStorage.removeItem(KEY);
}

export async function signIn(input: { email: string; password: string }): Promise<void> {
  const answer = await call<{ user: User }>("POST", "/api/auth/sign-in/email", input);
  await become(answer.user);
}

export async function signUp(input: {
  name: string;
  email: string;
  password: string;
  invitation?: string;
}): Promise<void> {
  const answer = await call<{ user: User }>("POST", "/api/auth/sign-up/email", input);
  await become(answer.user);
}

/** Ends the session and removes everything of this person from this browser. */
export async function signOut(): Promise<void> {
  await call("POST", "/api/auth/sign-out", {});
  await forget();
}

/** Removes this person's data from this browser. */
async function forget(): Promise<void> {
  const before = localStorage.getItem(KEPT);
  lapse();
  if (before !== null) await clear(before);
}

/** Of what is kept, only how this browser likes to look stays. */
async function clear(person: string): Promise<void> {
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith("gridfolk:") && !OF_BROWSER.has(key)) localStorage.removeItem(key);
  }
  await wipe(person);
}

/** After the person changed their own name. */
export function rename(name: string): void {
  const now = user();
  if (now) remember({ ...now, name });
}

export async function workspaces(): Promise<readonly WorkspaceSummary[]> {
  const answer = await call<{ workspaces: WorkspaceSummary[] }>("GET", "/api/workspaces");
  return answer.workspaces;
}

const LAST = "gridfolk:workspace";

/** The workspace last open in this browser. */
export function lastWorkspace(): string | undefined {
  return localStorage.getItem(LAST) ?? undefined;
}

export function rememberWorkspace(id: string | undefined): void {
  if (id === undefined) localStorage.removeItem(LAST);
  else localStorage.setItem(LAST, id);
}
