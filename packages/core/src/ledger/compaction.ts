import type { LedgerContext } from "./context.ts";
import type { Follower, Followers } from "./follower.ts";

export async function compact(_c: LedgerContext, _f: Followers, _w: Follower, _force: boolean): Promise<boolean> {
  return false;
}
