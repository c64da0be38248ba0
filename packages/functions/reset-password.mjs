#!/usr/bin/env node
// For operators: makes a one-time link with which the owner of an account sets a new password.
//   node packages/functions/reset-password.mjs EMAIL [--json]
// Needs the secret of the installation: AUTH_SECRET, or the file in DATA_DIR. Touches no data, so it does not matter whether
// the server runs; when it does, it is asked whether there is such an account. The same tokens as src/account/link.ts.
import { createHmac, randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const LINK_MS = 24 * 60 * 60 * 1000;

const flags = process.argv.slice(2).filter((argument) => argument.startsWith("--"));
const [email, ...rest] = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const json = flags.includes("--json");

if (email === undefined || rest.length > 0 || flags.some((flag) => flag !== "--json")) {
  end(2, "Usage: reset-password EMAIL [--json]");
} else {
  await main(email.trim().toLowerCase());
}

async function main(email) {
  const folder = dataDir();
  const secret = process.env.AUTH_SECRET || read(join(folder, "auth-secret"))?.trim();
  if (!secret) {
    end(1, `There is no secret in ${folder}. Set DATA_DIR to the server's data, or AUTH_SECRET.`);
    return;
  }
  const expires = Date.now() + LINK_MS;
  const token = sign(secret, [email, expires, randomBytes(16).toString("hex")]);
  const running = serverIn(folder);
  const base = process.env.PUBLIC_URL || running || "http://localhost:3000";
  const known = await ask(running ?? process.env.PUBLIC_URL, token);
  if (known === "no") {
    end(1, `There is no account for ${email}.`);
    return;
  }
  const link = `${base.replace(/\/$/, "")}/reset/${token}`;
  if (json) {
    process.stdout.write(
      `${JSON.stringify({ email, link, expires: new Date(expires).toISOString() })}\n`,
    );
    return;
  }
  process.stdout.write(`${link}\n`);
  process.stderr.write(
    `Whoever opens this link within 24 hours sets a new password for ${email}, once.\n${
      known === "unknown" ? "The server does not answer: start it before you send the link.\n" : ""
    }`,
  );
}

function dataDir() {
  if (process.env.DATA_DIR) return resolve(process.env.DATA_DIR);
  const here = resolve(".data");
  if (existsSync(here)) return here;
  return join(dirname(fileURLToPath(import.meta.url)), "..", "..", ".data");
}

function sign(secret, fields) {
  const body = Buffer.from(JSON.stringify(fields)).toString("base64url");
  const signature = createHmac("sha256", secret).update(`reset-password:${body}`);
  return `${body}.${signature.digest("base64url")}`;
}

/** Where the server said it is, when it is there. */
function serverIn(folder) {
  try {
    return JSON.parse(read(join(folder, "server.json")) ?? "{}").url;
  } catch {
    return undefined;
  }
}

/** Whether the server knows the account: "yes", "no", or "unknown" when it does not answer. */
async function ask(server, token) {
  if (!server) return "unknown";
  try {
    const answer = await fetch(`${server}/api/auth/reset-password/${token}`, {
      signal: AbortSignal.timeout(5_000),
    });
    if (answer.status === 404) return "no";
    return answer.ok ? "yes" : "unknown";
  } catch {
    return "unknown";
  }
}

function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function end(code, message) {
  if (json && code === 1) process.stdout.write(`${JSON.stringify({ error: message })}\n`);
  process.stderr.write(`${message}\n`);
  process.exitCode = code;
}
