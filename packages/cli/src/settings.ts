import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { UsageError } from "./usage-error.ts";

export interface Login {
  readonly url: string;
  readonly token: string;
  readonly workspace: string;
}

export const DEFAULT_URL = "http://localhost:3000";

function file(): string {
  const folder =
    process.env["XDG_CONFIG_HOME"] ??
    (process.platform === "win32" ? process.env["APPDATA"] : undefined) ??
    join(homedir(), ".config");
  return join(folder, "gridfolk", "login.json");
}

/** The remembered login; what is not there or cannot be read is absent. */
export function remembered(): Partial<Login> {
  try {
    const json: unknown = JSON.parse(readFileSync(file(), "utf8"));
    return typeof json === "object" && json !== null ? (json as Partial<Login>) : {};
  } catch {
    return {};
  }
}

/** Written for its owner alone. */
export function remember(login: Login): string {
  const path = file();
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, `${JSON.stringify(login, null, 2)}\n`, { mode: 0o600 });
  return path;
}

/** Where and as whom: the environment first, then the remembered login. */
export function login(): Login {
  const kept = remembered();
  const { GRIDFOLK_URL: url, GRIDFOLK_TOKEN: token, GRIDFOLK_WORKSPACE: workspace } = process.env;
  const found = {
    url: address(url || kept.url || DEFAULT_URL),
    // A remembered session is never sent to another server.
    token: token || (url && kept.url !== address(url) ? undefined : kept.token),
    workspace: workspace || kept.workspace,
  };
  if (!found.token)
    throw new UsageError("You are not signed in. Run `gridfolk login`, or set GRIDFOLK_TOKEN.");
  if (!found.workspace)
    throw new UsageError(
      "No workspace is chosen. Run `gridfolk login`, or set GRIDFOLK_WORKSPACE.",
    );
  return { url: found.url, token: found.token, workspace: found.workspace };
}

export function address(text: string): string {
  let url: URL;
  try {
    url = new URL(/^[a-z]+:\/\//i.test(text) ? text : `http://${text}`);
  } catch {
    throw new UsageError(`“${text}” is not the address of a server.`);
  }
  if (url.protocol !== "http:" && url.protocol !== "https:")
    throw new UsageError(`“${text}” is not the address of a web server.`);
  return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
}
