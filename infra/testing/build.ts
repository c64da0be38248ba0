import { buildForAws, hasTools } from "../build.mjs";

/** Before the tests of the stacks: what they deploy, as the sources are now. */
export function setup(): void {
  if (hasTools()) buildForAws();
}
