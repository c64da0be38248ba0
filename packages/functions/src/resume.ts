import { parseArgs } from "node:util";
import { connect } from "@gridfolk/core/dynamo/client";
import { createDynamoStore } from "@gridfolk/core/dynamo/store";
import { isDomainError } from "@gridfolk/core/error";
import { loadPhones } from "@gridfolk/core/field/phone";
import { registry } from "@gridfolk/core/field/registry";
import { createLedger } from "@gridfolk/core/ledger/create-ledger";
import * as Epoch from "@gridfolk/core/ledger/epoch";
import * as Reactor from "@gridfolk/core/ledger/reactor";
import type { Store } from "@gridfolk/core/ledger/store";
import * as Keys from "./account/keys.ts";
import { openStore } from "./engine.ts";
import * as Environment from "./env.ts";
import * as DataDir from "./local/data-dir.ts";
import { nodePlatform as platform } from "./platform.ts";

const USAGE = `usage: npm run resume -- WORKSPACE…            the table of this machine, by the settings of the server (which is stopped)
       npm run resume -- --table NAME WORKSPACE…  a table on AWS, region and credentials as the AWS tools find them
       --all instead of workspaces                every workspace of the table
       --new-epoch                                first begins a new epoch: after a restore from a backup

After a restore nothing reacts to changes until an operator has looked at what was restored: no broadcasts, no snapshots, later no
mails. This lets it go on, from the newest change of each workspace; what was changed before is not reacted to again.
A new epoch tells every page and program that the history is another one: they load again and keep what they have not sent. Functions or
server must not run on that table meanwhile.
`;

type Write = (text: string) => void;

/**
 * Lets the reactors of workspaces go on after a restore, for an operator at a terminal. Answers the exit code: 0 done, 1 failed or
 * a workspace is not there, 2 usage.
 */
export async function run(
  words: readonly string[],
  variables: Readonly<Record<string, string | undefined>>,
  write: Write = (text) => void process.stdout.write(text),
  complain: Write = (text) => void process.stderr.write(text),
): Promise<number> {
  const asked = read(words);
  if (asked === undefined) {
    complain(USAGE);
    return 2;
  }
  try {
    const { store, stop } = await open(asked.table, variables);
    try {
      const workspaces = asked.all ? await every(store) : asked.workspaces;
      let code = 0;
      for (const workspace of workspaces) {
        const doing = asked.newEpoch ? begin : resume;
        if (!(await told(doing(store, workspace), workspace, write, complain))) code = 1;
      }
      return code;
    } finally {
      await stop();
    }
  } catch (error) {
    complain(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

function read(words: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        table: { type: "string" },
        all: { type: "boolean", default: false },
        "new-epoch": { type: "boolean", default: false },
      },
    });
    const { table, all, "new-epoch": newEpoch } = values;
    if (all === positionals.length > 0 || table === "") return undefined;
    return { table, all, newEpoch, workspaces: positionals };
  } catch {
    return undefined;
  }
}

async function open(
  tableName: string | undefined,
  variables: Readonly<Record<string, string | undefined>>,
): Promise<{ store: Store; stop(): Promise<void> }> {
  const environment = Environment.read(variables);
  const { DYNAMODB_ENDPOINT: endpoint } = environment;
  if (tableName !== undefined) {
    // A name that is wrong must not make a table.
    const client = connect({ endpoint });
    const store = createDynamoStore({ client, tableName, platform });
    return { store, stop: async () => client.close() };
  }
  return openStore({
    dataDir: await DataDir.openDataDir(environment.DATA_DIR),
    durability: environment.DURABILITY,
    endpoint,
    tableName: environment.TABLE_NAME,
    platform,
  });
}

async function every(store: Store): Promise<string[]> {
  const workspaces: string[] = [];
  for await (const { sk } of store.query({ pk: Keys.workspaces })) workspaces.push(sk);
  return workspaces;
}

async function resume(store: Store, workspace: string): Promise<string> {
  const { log } = createLedger({ store, platform, registry });
  const { reactors, seq } = await Reactor.resume({ store, platform, log }, workspace);
  return reactors.length === 0
    ? "nothing waits."
    : `${reactors.join(", ")} go on after change ${seq}.`;
}

async function begin(store: Store, workspace: string): Promise<string> {
  // The snapshot that is taken has indexes of phone numbers.
  await loadPhones();
  const ledger = createLedger({ store, platform, registry });
  const { seq } = await Epoch.begin({ store, platform, ledger }, workspace);
  return `read whole; a new epoch begins after change ${seq}, and all goes on from there.`;
}

/** False when there is no such workspace, what is stored is not whole, or somebody is at work on it. */
async function told(
  doing: Promise<string>,
  workspace: string,
  write: Write,
  complain: Write,
): Promise<boolean> {
  try {
    write(`${workspace}: ${await doing}\n`);
    return true;
  } catch (error) {
    if (!isDomainError(error)) throw error;
    complain(`${workspace}: ${error.message}\n`);
    return false;
  }
}
