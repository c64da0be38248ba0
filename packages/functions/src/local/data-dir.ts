import { randomBytes } from "node:crypto";
import { access, constants, mkdir, open, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";

/** Opens the folder that everything local lives in, making it when it is not there. Readable by its owner only. */
export async function openDataDir(path: string): Promise<string> {
  const folder = resolve(path);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new Error(
      `Cannot use ${folder} for data: ${reasonOf(error)}. Set DATA_DIR to a folder that this user may write to.`,
      { cause: error },
    );
  }
  return folder;
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "EACCES" || code === "EPERM") return "it may not be written";
  if (code === "EROFS") return "it is on a disk that is read-only";
  if (code === "EEXIST" || code === "ENOTDIR") return "it is a file";
  return message;
}

/** The secret that signs sessions and links: made once, kept, so that sessions survive a restart and another port. */
export async function authSecret(folder: string): Promise<string> {
  const path = join(folder, "auth-secret");
  const known = await readIfThere(path);
  if (known !== undefined && known.trim().length >= 32) return known.trim();
  const secret = randomBytes(32).toString("base64url");
  const draft = `${path}.${randomBytes(4).toString("hex")}`;
  const file = await open(draft, "wx", 0o600);
  await file.writeFile(`${secret}\n`);
  await file.sync();
  await file.close();
  await rename(draft, path);
  return secret;
}

/** Tells the other programs of this machine (`reset-password.mjs`) where the server is. Holds no secret. */
export async function announce(folder: string, url: string): Promise<() => Promise<void>> {
  const path = join(folder, "server.json");
  await writeFile(path, `${JSON.stringify({ url, pid: process.pid })}\n`);
  return () => rm(path, { force: true });
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
