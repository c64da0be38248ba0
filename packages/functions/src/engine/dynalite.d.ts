/** The inside of dynalite that the embedded engine uses: its actions, without its server. */
declare module "dynalite/db/index.js" {
  /** The limit of one item, in bytes. */
  export const MAX_SIZE: number;
}

interface DynaliteAction {
  (
    store: object,
    data: Record<string, unknown>,
    callback: (error: Error | null, answer: Record<string, unknown>) => void,
  ): void;
}

declare module "dynalite/actions/getItem.js" {
  const action: DynaliteAction;
  export default action;
}
declare module "dynalite/actions/putItem.js" {
  const action: DynaliteAction;
  export default action;
}
declare module "dynalite/actions/deleteItem.js" {
  const action: DynaliteAction;
  export default action;
}
declare module "dynalite/actions/query.js" {
  const action: DynaliteAction;
  export default action;
}

interface DynaliteValidation {
  readonly types: object;
  custom(data: object, store: object): string | undefined;
}

declare module "dynalite/validations/index.js" {
  const validations: {
    /** Throws an error with `statusCode` and `body`; parses expressions into `data._condition` and the like. */
    checkValidations(
      data: object,
      types: object,
      custom: DynaliteValidation["custom"],
      store: object,
    ): void;
  };
  export default validations;
}
declare module "dynalite/validations/getItem.js" {
  const validation: DynaliteValidation;
  export default validation;
}
declare module "dynalite/validations/putItem.js" {
  const validation: DynaliteValidation;
  export default validation;
}
declare module "dynalite/validations/deleteItem.js" {
  const validation: DynaliteValidation;
  export default validation;
}
declare module "dynalite/validations/query.js" {
  const validation: DynaliteValidation;
  export default validation;
}

declare module "dynalite" {
  import type { Server } from "node:http";

  export default function dynalite(options?: {
    readonly path?: string;
    readonly createTableMs?: number;
  }): Server;
}
