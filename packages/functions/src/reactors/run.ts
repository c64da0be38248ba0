import type { WireHead } from "@gridfolk/core/ledger/ledger";
import * as Reactor from "@gridfolk/core/ledger/reactor";
import type { Log } from "../log/log.ts";

export interface RunDeps extends Omit<Reactor.ReactorDeps, "onFailure"> {
  /** Gets a line for every run that found something to do. */
  readonly journal: Log;
}

/**
 * Reactor.run, with a line that says which heads it went through, the changesets among them as far as `woken` tells, and how
 * it ended. Failures of the reaction are said as they happen, those of the table by the line, and thrown on.
 */
export function runReactor(
  deps: RunDeps,
  workspace: string,
  reactor: Reactor.Reactor,
  woken: readonly WireHead[] = [],
  end?: Reactor.End,
): Promise<Reactor.Result> {
  const { journal, platform } = deps;
  const first = woken[0]?.seq;
  return journal.work("react", { reactor: reactor.name, workspace }, async () => {
    let begun: number | undefined;
    const through = (from: number, to: number): void => {
      begun ??= from;
      const heads = woken.filter(({ seq }) => seq >= (begun ?? from) && seq <= to);
      const at = heads.at(-1)?.at;
      journal.note({
        from: begun,
        to,
        ...(heads.length > 0 && {
          changesets: heads.flatMap(({ changesets }) => changesets.map(({ id }) => id)),
        }),
        ...(at !== undefined && { lagMs: Math.max(0, platform.clock.now() - at) }),
      });
    };
    const result = await Reactor.run(
      {
        ...deps,
        onFailure({ seq, attempt, error }) {
          journal.note({ seq, attempt });
          journal.failed(error);
        },
      },
      workspace,
      observed(reactor, through),
      first === undefined ? {} : { from: first, heads: woken, ...(end !== undefined && { end }) },
    );
    if (result === "done" && begun === undefined) journal.quiet();
    else journal.note({ outcome: result });
    return result;
  });
}

/** The same reactor; `through` hears of every range before it is followed. */
function observed(
  reactor: Reactor.Reactor,
  through: (from: number, to: number) => void,
): Reactor.Reactor {
  if ("follow" in reactor) {
    return {
      ...reactor,
      follow(range) {
        through(range.from, range.to);
        return reactor.follow(range);
      },
    };
  }
  return {
    ...reactor,
    react(changeset, context) {
      through(changeset.seq, changeset.seq);
      return reactor.react(changeset, context);
    },
  };
}
