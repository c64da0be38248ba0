import { createEffect, createSignal, on, onCleanup, type Accessor } from "solid-js";
import { isDomainError } from "@gridfolk/core/error";
import type { Steps } from "@gridfolk/core/edit/steps";
import type { Workspace } from "../../data/workspace.ts";
import { inSlices } from "./slices.ts";

/** What would be done, kept up with a form and with the workbook. */
export interface DryRun<Result> {
  /** Of the form as it is; while it is worked out again, the last one. */
  readonly result: Accessor<Result | undefined>;
  /** Why it cannot be done, in words. */
  readonly problem: Accessor<string | undefined>;
  /** The result is not the form's yet. */
  readonly busy: Accessor<boolean>;
  /** Works it out on the workbook as it is, to be committed in the same task. */
  now(): Promise<Result | undefined>;
}

/** A form begins to be worked out when nobody typed for so long. */
const PAUSE_MS = 120;

/** `ask` is read reactively; undefined while the form is not complete. It may be asked to prepare what is loaded late. */
export function createDryRun<Result>(
  workspace: Workspace,
  ask: Accessor<(() => Steps<Result>) | undefined>,
  prepare: () => Promise<unknown> = () => Promise.resolve(),
): DryRun<Result> {
  const [result, setResult] = createSignal<Result>();
  const [problem, setProblem] = createSignal<string>();
  const [busy, setBusy] = createSignal(false);
  let running = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function run(make: () => Steps<Result>, signal: AbortSignal): Promise<Result | undefined> {
    try {
      await prepare();
      const found = await inSlices(make, workspace.version, signal);
      signal.throwIfAborted();
      setResult(() => found);
      setProblem(undefined);
      setBusy(false);
      return found;
    } catch (error) {
      if (signal.aborted) return undefined;
      setResult(undefined);
      setProblem(
        isDomainError(error)
          ? error.message
          : "This could not be worked out. Try again, or load the page again.",
      );
      setBusy(false);
      if (!isDomainError(error)) console.error(error);
      return undefined;
    }
  }
  function stop(): AbortSignal {
    clearTimeout(timer);
    running.abort();
    running = new AbortController();
    return running.signal;
  }

  createEffect(
    on([ask, workspace.version], ([make]) => {
      const signal = stop();
      if (make === undefined) {
        setResult(undefined);
        setProblem(undefined);
        setBusy(false);
        return;
      }
      setBusy(true);
      timer = setTimeout(() => void run(make, signal), PAUSE_MS);
    }),
  );
  onCleanup(stop);

  return {
    result,
    problem,
    busy,
    now() {
      const make = ask();
      return make === undefined ? Promise.resolve(undefined) : run(make, stop());
    },
  };
}
