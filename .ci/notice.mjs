// Writes docs/third-party-notices.txt from what the product ships (dependencies, not devDependencies), licence texts
// included. `--check` fails when the file is not what would be written. Copyleft licences fail at once.
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const target = "docs/third-party-notices.txt";
const forbidden = /\b(A?GPL|SSPL|BUSL|CC-BY-NC)/i;

/** Packages whose manifest is silent, with what their repository says. */
const known = { buffers: "MIT/X11" };

const lock = JSON.parse(readFileSync("package-lock.json", "utf8"));
const folders = Object.entries(lock.packages)
  .filter(([path, entry]) => path.includes("node_modules/") && !entry.link)
  .filter(([, entry]) => !entry.dev && !entry.devOptional && !entry.peer)
  .map(([path]) => path);

const packages = new Map();
for (const folder of folders) {
  const manifest = join(folder, "package.json");
  if (!existsSync(manifest)) continue;
  const {
    name,
    version,
    license,
    licenses,
    author,
    private: isPrivate,
  } = JSON.parse(readFileSync(manifest, "utf8"));
  if (isPrivate && name?.startsWith("gridfolk")) continue;
  const id =
    typeof license === "string"
      ? license
      : (license?.type ?? licenses?.[0]?.type ?? known[name] ?? "");
  if (id === "") throw new Error(`${name}@${version} names no licence: look before shipping it`);
  if (forbidden.test(id) && !/\bOR\b/.test(id)) {
    throw new Error(`${name}@${version} is under ${id}, which the product may not ship`);
  }
  const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)(\.|-|$)/i.test(entry));
  const by = typeof author === "string" ? author : author?.name;
  const text = file
    ? readFileSync(join(folder, file), "utf8").trim()
    : `${id}${by ? `, by ${by}` : ""}`;
  packages.set(`${name}@${version}`, { id, text });
}

// One copy of each text, with the packages it covers.
const byText = new Map();
for (const [name, { id, text }] of [...packages].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
  const key = `${id}\n${text.replaceAll(/\s+/g, " ")}`;
  const group = byText.get(key) ?? { id, text, names: [] };
  group.names.push(name);
  byText.set(key, group);
}
const body = [
  "Gridfolk ships the work of others under these licences.",
  ...[...byText.values()].map(
    ({ id, text, names }) =>
      `${"=".repeat(80)}\n${names.join(", ")}\n${id}\n${"-".repeat(80)}\n${text.replaceAll("\r\n", "\n")}`,
  ),
  "",
].join("\n\n");

if (process.argv.includes("--check")) {
  const current = existsSync(target) ? readFileSync(target, "utf8") : "";
  if (current !== body) {
    console.error(`${target} is out of date: run npm run notice`);
    process.exit(1);
  }
} else {
  writeFileSync(target, body);
  console.log(`${target}: ${packages.size} packages, ${byText.size} licence texts`);
}
