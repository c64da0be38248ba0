import { isDomainError } from "@gridfolk/core/error";
import type { Ledger } from "@gridfolk/core/ledger/ledger";
import type { Item, Store } from "@gridfolk/core/ledger/store";
import type { Platform } from "@gridfolk/core/platform";
import * as v from "valibot";
import * as Keys from "../account/keys.ts";
import type { Log } from "../log/log.ts";
import type { Driver } from "./driver.ts";

export interface RoundDeps {
  readonly store: Store;
  readonly platform: Pick<Platform, "clock">;
  readonly ledger: Pick<Ledger, "sweep">;
  readonly driver: Driver;
  readonly journal: Log;
}

/** How far a run came. */
export interface Run {
  /** The round came to its end. Else the next run goes on where this one stopped. */
  readonly finished: boolean;
  /** When this round began, which may be some runs ago. */
  readonly began: number;
  /** Nothing failed in this round so far: every reactor is where the log was when the round began, or is one that waits. */
  readonly clean: boolean;
  /** Workspaces that this run looked after. */
  readonly workspaces: number;
}

/** A round's state, in the table: it may take more than one run, by whatever instance. */
const State = v.object({
  number: v.number(),
  began: v.number(),
  clean: v.boolean(),
  /** The last workspace that was done; "" at the beginning. */
  after: v.string(),
  /** The workspace under way; "" between two. */
  doing: v.string(),
  /** Nobody else has written the state if this is still what was read. */
  version: v.number(),
});

type State = v.InferOutput<typeof State>;

/**
 * Looking for pages that nobody lists reads a workspace as a whole, for what hardly ever happens: one round in so many, a
 * day where a round is an hour, and not all workspaces in the same.
 */
const SWEEP_EVERY = 24;

/**
 * Goes once through all workspaces, in the order of their ids: their reactors are driven to the end of the log whatever
 * became of their wake-ups, and now and then what crashed writers left is swept. A run begins no workspace once the clock
 * shows `until`; the next one goes on with that workspace, so the last ones get their turn as well. A workspace in which a
 * run was ended is passed over for the rest of the round, or it would be the end of all of them. What fails in one
 * workspace keeps none of the others waiting.
 *
 * Answers `undefined` when another run is under way. Rejects when the table fails.
 */
export async function run(deps: RoundDeps, until: number): Promise<Run | undefined> {
  const { store, platform, journal } = deps;
  const key = Keys.round;
  const stored = await store.get(key);
  let state = next(stored, platform.clock.now());
  let workspaces = 0;

  /** False when another run has written since. */
  async function save(change: Partial<State>): Promise<boolean> {
    const { version } = state;
    const written = { ...state, ...change, version: version + 1 };
    const condition = version === 0 ? ({ absent: true } as const) : { equals: { version } };
    const saved = (await store.put({ ...key, ...written }, condition)) || (await isMine(written));
    state = written;
    return saved;
  }

  /** A write that is repeated after a time-out finds its own first success. */
  async function isMine(written: State): Promise<boolean> {
    const found = await store.get(key);
    return (
      found !== undefined &&
      found["version"] === written.version &&
      found["doing"] === written.doing &&
      found["after"] === written.after
    );
  }

  if (state.doing !== "") {
    journal.fault(new Error("A run of the schedule ended in the middle of this workspace."), {
      workspace: state.doing,
    });
    state = { ...state, after: state.doing, doing: "", clean: false };
  }
  const range = state.after === "" ? {} : { from: state.after };
  for await (const { sk: workspace } of store.query({ pk: Keys.workspaces, ...range, only: [] })) {
    if (workspace === state.after) continue;
    if (platform.clock.now() >= until) {
      await save({});
      return { finished: false, began: state.began, clean: state.clean, workspaces };
    }
    if (!(await save({ doing: workspace }))) return undefined;
    const well = await lookAfter(deps, workspace, state.number);
    workspaces += 1;
    state = { ...state, after: workspace, doing: "", clean: state.clean && well };
  }
  const { began, clean } = state;
  if (!(await save({ after: "", doing: "", clean: true, began: 0 }))) return undefined;
  return { finished: true, began, clean, workspaces };
}

/** The state that this run begins with: of the round that is under way, or of a new one. */
function next(stored: Item | undefined, now: number): State {
  if (stored === undefined) {
    return { number: 0, began: now, clean: true, after: "", doing: "", version: 0 };
  }
  const state = v.parse(State, stored);
  if (state.began > 0) return state;
  return { ...state, number: state.number + 1, began: now };
}

/** False when something was left undone that the next round may be able to do. */
async function lookAfter(
  { driver, ledger, journal }: RoundDeps,
  workspace: string,
  round: number,
): Promise<boolean> {
  try {
    return await journal.work("tick", { route: "workspace", workspace }, async () => {
      journal.quiet();
      const left = await driver.drive(workspace);
      if ((round + letterSum(workspace)) % SWEEP_EVERY === 0) await ledger.sweep(workspace);
      return left.every(({ why }) => why === "waiting");
    });
  } catch (error) {
    // Listed, and then its first changeset did not land: there is nothing to do.
    return isDomainError(error, "not-found");
  }
}

function letterSum(text: string): number {
  let sum = 0;
  for (let index = 0; index < text.length; index += 1) sum += text.charCodeAt(index);
  return sum;
}
