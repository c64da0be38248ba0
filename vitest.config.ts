import solid from "vite-plugin-solid";
import { defineConfig } from "vitest/config";

/**
 * unit: everything beside the code, no server, no browser.
 * contract: the same suites on every DynamoDB engine that can be had here, and the command against a real server.
 * aws, local: the tests of the HTTP API once more, against the built functions and the built server.
 * infra: the stacks for AWS, where the deployer's tools are installed.
 * e2e: the built product in a real browser, started by the tests themselves.
 *
 * Unit tests of one worker share their modules: loading them again for every file was a third of the time. What a module keeps, a
 * test leaves as it found it, or begins with `vi.resetModules()`.
 */
export default defineConfig({
  test: {
    // By default one less than there are processors, which is one of two.
    maxWorkers: "100%",
    projects: [
      {
        test: {
          name: "unit",
          include: ["packages/{core,functions,cli}/src/**/*.test.ts"],
          exclude: ["**/*.contract.test.ts", "**/*.deployed.test.ts"],
          environment: "node",
          isolate: false,
          testTimeout: 20_000,
          expect: { poll: { interval: 5 } },
        },
      },
      {
        plugins: [solid()],
        test: {
          name: "web",
          include: ["packages/web/src/**/*.test.{ts,tsx}"],
          // A window costs 0.6 s a file: whoever needs one begins with `// @vitest-environment happy-dom`.
          environment: "node",
          isolate: false,
          // It ships JSX, which only Vite can read.
          server: { deps: { inline: ["@solidjs/router"] } },
          testTimeout: 20_000,
          expect: { poll: { interval: 5 } },
        },
      },
      {
        test: {
          name: "contract",
          include: ["packages/{core,functions,cli}/src/**/*.contract.test.ts"],
          environment: "node",
          testTimeout: 300_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      sameCode("aws"),
      sameCode("local"),
      {
        test: {
          name: "infra",
          globalSetup: "infra/testing/build.ts",
          include: ["infra/*.test.ts", "infra/{stacks,edge,deploy,cost}/**/*.test.ts"],
          environment: "node",
          // One process: aws-cdk-lib takes longer to load than all of these take to run.
          fileParallelism: false,
          isolate: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["packages/web/e2e/**/*.test.ts"],
          // Records what later servers are asked again; see docs/operations.md.
          exclude: process.env["RECORD_CLIENTS"] ? [] : ["**/record-clients.test.ts"],
          environment: "node",
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
          expect: { poll: { timeout: 20_000 } },
          // A real browser on a busy machine now and then takes a key late.
          retry: 2,
        },
      },
    ],
  },
});

/** The tests of the HTTP API, unchanged, against something built that runs in processes of its own. */
function sameCode(target: "aws" | "local") {
  const targets = "packages/functions/src/testing/targets";
  return {
    test: {
      name: target,
      include: [
        "packages/functions/src/routes/*.test.ts",
        "packages/functions/src/isolation.test.ts",
        ...(target === "aws"
          ? ["packages/functions/src/**/*.deployed.test.ts", "bench/**/*.deployed.test.ts"]
          : []),
      ],
      // Needs the release before; see docs/operations.md.
      exclude: process.env["RELEASE_BEFORE"] ? [] : ["**/releases.deployed.test.ts"],
      environment: "node" as const,
      env: { GRIDFOLK_TARGET: target },
      globalSetup: [`${targets}/machine.ts`],
      setupFiles: [`${targets}/setup.ts`],
      testTimeout: 60_000,
      hookTimeout: 120_000,
    },
  };
}
