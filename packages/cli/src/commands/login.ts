import { DomainError, isDomainError } from "@gridfolk/core/error";
import { options } from "../args.ts";
import { call, type Connection } from "../http.ts";
import { isInteractive, say } from "../output.ts";
import { address, DEFAULT_URL, remember } from "../settings.ts";
import { UsageError } from "../usage-error.ts";

interface Workspace {
  readonly id: string;
  readonly name: string;
}

/** Signs in and remembers the session. */
export async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = options(args, {
    email: { type: "string" },
    workspace: { type: "string" },
  });
  if (positionals.length > 1) throw new UsageError("gridfolk login [URL]");
  const url = address(positionals[0] ?? process.env["GRIDFOLK_URL"] ?? DEFAULT_URL);
  const email = values.email ?? process.env["GRIDFOLK_EMAIL"] ?? (await ask("E-mail"));
  const password = process.env["GRIDFOLK_PASSWORD"] ?? (await askSecret("Password"));
  const token = await signIn({ url }, email, password);
  const workspace = await choose({ url, token }, values.workspace);
  const path = remember({ url, token, workspace: workspace.id });
  say(`Signed in to ${url} as ${email}, workspace ${workspace.name}. Remembered in ${path}.`);
  return 0;
}

async function signIn(connection: Connection, email: string, password: string): Promise<string> {
  try {
    const answer = await call<{ token: string }>(connection, "POST", "/api/auth/sign-in/email", {
      email,
      password,
    });
    return answer.token;
  } catch (error) {
    if (isDomainError(error, "unauthenticated"))
      throw new DomainError(
        "unauthenticated",
        "The e-mail address or the password is wrong. Nothing was remembered.",
      );
    throw error;
  }
}

async function choose(connection: Connection, wanted: string | undefined): Promise<Workspace> {
  const { workspaces } = await call<{ workspaces: Workspace[] }>(
    connection,
    "GET",
    "/api/workspaces",
  );
  if (wanted !== undefined) {
    const found = workspaces.find(({ id, name }) => id === wanted || name === wanted);
    if (found === undefined)
      throw new UsageError(`There is no workspace “${wanted}” for this account.`);
    return found;
  }
  const [first] = workspaces;
  if (first === undefined)
    throw new UsageError("The account has no workspace yet. Make one in the browser first.");
  if (workspaces.length === 1) return first;
  if (!isInteractive()) {
    throw new UsageError(
      `Which workspace? --workspace ${workspaces.map(({ id, name }) => `${id} (${name})`).join(", ")}`,
    );
  }
  const { isCancel, select } = await import("@clack/prompts");
  const chosen = await select({
    message: "Workspace",
    options: workspaces.map(({ id, name }) => ({ value: id, label: name })),
    output: process.stderr,
  });
  if (isCancel(chosen)) throw new UsageError("No workspace was chosen.");
  return workspaces.find(({ id }) => id === chosen) ?? first;
}

async function ask(message: string): Promise<string> {
  if (!isInteractive())
    throw new UsageError("Without a terminal, give --email and GRIDFOLK_PASSWORD.");
  const { isCancel, text } = await import("@clack/prompts");
  const answer = await text({ message, output: process.stderr });
  if (isCancel(answer) || answer === "") throw new UsageError("Not signed in.");
  return answer;
}

async function askSecret(message: string): Promise<string> {
  if (!isInteractive()) throw new UsageError("Without a terminal, set GRIDFOLK_PASSWORD.");
  const { isCancel, password } = await import("@clack/prompts");
  const answer = await password({ message, output: process.stderr });
  if (isCancel(answer) || answer === "") throw new UsageError("Not signed in.");
  return answer;
}
