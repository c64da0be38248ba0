import { createSignal } from "solid-js";
import { isDomainError } from "@gridfolk/core/error";
import * as v from "valibot";
import { call, Unreachable } from "./api.ts";
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

function remember(next: User | undefined): void {
  setUser(next && { id: next.id, name: next.name, email: next.email });
  if (next) localStorage.setItem(KEY, JSON.stringify(user()));
  else localStorage.removeItem(KEY);
}

/** Somebody else's data does not stay behind in this browser. */
async function change(next: User): Promise<void> {
  const before = user();
  if (before && before.id !== next.id) await wipe(before.id);
  remember(next);
}

/** Asks the server who is signed in. Offline, what is remembered stands. */
export async function confirmUser(): Promise<User | undefined> {
  try {
    const answer = await call<{ user: User } | null>("GET", "/api/auth/get-session");
    if (answer?.user) await change(answer.user);
    else if (user()) await forget();
  } catch (error) {
    if (isDomainError(error, "unauthenticated")) await forget();
    else if (!(error instanceof Unreachable)) throw error;
  }
  return user();
}

export async function signIn(input: { email: string; password: string }): Promise<void> {
  const answer = await call<{ user: User }>("POST", "/api/auth/sign-in/email", input);
  await change(answer.user);
}

export async function signUp(input: {
  name: string;
  email: string;
  password: string;
  invitation?: string;
}): Promise<void> {
  const answer = await call<{ user: User }>("POST", "/api/auth/sign-up/email", input);
  await change(answer.user);
}

/** Ends the session and removes everything of this person from this browser. */
export async function signOut(): Promise<void> {
  await call("POST", "/api/auth/sign-out", {});
  await forget();
}

/** Removes this person's data from this browser. */
export async function forget(): Promise<void> {
  const before = user();
  remember(undefined);
  if (before) await wipe(before.id);
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
