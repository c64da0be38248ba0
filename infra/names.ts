/** The stage that is kept: its data survives its stacks. Every other one can be removed whole. */
export const PRODUCTION = "production";

export type StackPart = "data" | "web" | "app";

export function stackName(stage: string, part: StackPart): string {
  return `gridfolk-${stage}-${part}`;
}

/** The parameter that holds the secret of a stage: what signs its sessions and links. The deployment makes it before the stacks. */
export function secretParameter(stage: string): string {
  return `/gridfolk/${stage}/secret`;
}

/** The functions of the product, each a bundle of its own: `packages/functions/dist-aws/<name>`. */
export const FUNCTIONS = ["api", "live", "react", "tick"] as const;

export type FunctionName = (typeof FUNCTIONS)[number];
