// The one test command: unit, infra, contract and browser tests, then one line that counts them all.
// `node .ci/test.mjs e2e` runs one project. What cannot run on this machine is counted as skipped, with its reason.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { hasTools } from "../infra/build.mjs";

const only = process.argv.slice(2);
const wanted = only.length > 0 ? only : ["unit", "web", "infra", "contract", "aws", "local", "e2e"];

/** The browser to drive, or why there is none. */
function findChromium() {
  const named = process.env.CHROMIUM_PATH;
  const places = [
    ...(named ? [named] : []),
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/usr/bin/google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  ];
  return places.find((place) => existsSync(place));
}

function installChromium() {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return;
  if (!existsSync("/usr/bin/apt-get")) return;
  console.log("No Chromium found: installing Debian's.");
  const quiet = { stdio: ["ignore", "ignore", "inherit"] };
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  spawnSync("apt-get", ["update", "-qq"], { ...quiet, env });
  spawnSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium"], {
    ...quiet,
    env,
  });
}

if (wanted.includes("e2e")) {
  if (findChromium() === undefined) installChromium();
  const chromium = findChromium();
  if (chromium === undefined) {
    console.log(
      "Browser tests are skipped: install Chromium or Chrome, or name one in CHROMIUM_PATH, and run again.",
    );
  } else {
    process.env.CHROMIUM_PATH = chromium;
    const build = spawnSync(process.execPath, ["packages/functions/start.mjs", "--build-only"], {
      stdio: "inherit",
    });
    if (build.status !== 0) process.exit(1);
  }
}

if (wanted.includes("infra") && !hasTools()) {
  console.log(
    "Tests of the stacks for AWS are skipped: npm ci --prefix infra installs the deployer's tools (800 MB).",
  );
}

// One kind after the other: browsers and engines want the machine for themselves.
const rounds = [["unit", "web"], ["infra"], ["contract"], ["aws", "local"], ["e2e"]]
  .map((projects) => projects.filter((project) => wanted.includes(project)))
  .filter((projects) => projects.length > 0);
// The AWS SDK's notice about the next Node, once per process, is no news here.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

const scratch = mkdtempSync(join(tmpdir(), "gridfolk-test-"));
const total = { passed: 0, failed: 0, skipped: 0 };
/** What failed, told once more at the end: between thousands of lines nobody finds it. */
const failures = [];
for (const [round, projects] of rounds.entries()) {
  const report = join(scratch, `${round}.json`);
  const run = spawnSync(
    process.execPath,
    [
      "node_modules/vitest/vitest.mjs",
      "run",
      ...projects.flatMap((project) => ["--project", project]),
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${report}`,
    ],
    { stdio: "inherit" },
  );
  const counts = existsSync(report) ? JSON.parse(readFileSync(report, "utf8")) : undefined;
  total.passed += counts?.numPassedTests ?? 0;
  total.skipped += (counts?.numPendingTests ?? 0) + (counts?.numTodoTests ?? 0);
  // A run that broke outside any test has failed as well.
  total.failed += Math.max(counts?.numFailedTests ?? 0, run.status === 0 ? 0 : 1);
  for (const file of counts?.testResults ?? []) {
    for (const test of file.assertionResults) {
      if (test.status !== "failed") continue;
      failures.push([projects, file.name, test.fullName, test.failureMessages[0]]);
    }
    if (file.status === "failed" && file.message) {
      failures.push([projects, file.name, "outside any test", file.message]);
    }
  }
}
rmSync(scratch, { recursive: true, force: true });
for (const [projects, file, name, message] of failures) {
  console.log(`\nFAILED [${projects.join(", ")}] ${relative(process.cwd(), file)}\n  ${name}`);
  console.log(
    String(message ?? "")
      .split("\n")
      .slice(0, 12)
      .map((line) => `  ${line.slice(0, 300)}`)
      .join("\n"),
  );
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed === 0 ? 0 : 1);
