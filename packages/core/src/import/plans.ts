import type { Plan } from "./plan.ts";

/** A plan and what is written along with it, in order. */
export function plansOf(plan: Plan): readonly Plan[] {
  const { before, after } = plan.along ?? { before: [], after: [] };
  return [...before, plan, ...after];
}
