/** What a call of another service takes on AWS, in milliseconds: docs/decisions/billed-time.md says where from. */
export const CALL_MS = { table: 8, message: 20, file: 40, parameter: 40 } as const;

export type Call = keyof typeof CALL_MS;

/** For a megabyte on its way. */
const MB_MS = 20;
const MB = 1e6;

/** Adds up what a function would wait for others on AWS, from the order in which its calls begin and end here. */
export interface Waits {
  /** A call begins; what is answered is to be called at its end, with the bytes that went either way. */
  begin(call: Call): (bytes: number) => void;
  /** Milliseconds since it was last asked. */
  take(): number;
}

/**
 * Calls that are under way at the same time are waited for together, if `isOneInvocation` says that they can belong to one: of
 * such a stretch the longest chain counts, in which each begins after the end of the one before. Else each counts by itself.
 */
export function createWaits(isOneInvocation: () => boolean): Waits {
  let total = 0;
  let underWay = 0;
  /** Of the stretch: the longest chain that has ended. */
  let ended = 0;
  return {
    begin(call) {
      const alone = isOneInvocation();
      const before = alone ? ended : 0;
      underWay += 1;
      let isOver = false;
      return (bytes) => {
        if (isOver) return;
        isOver = true;
        underWay -= 1;
        const ms = CALL_MS[call] + (bytes / MB) * MB_MS;
        if (alone) ended = Math.max(ended, before + ms);
        else total += ms;
        if (underWay > 0) return;
        total += ended;
        ended = 0;
      };
    },
    take() {
      const taken = total;
      total = 0;
      return taken;
    },
  };
}
