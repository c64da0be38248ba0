import { existsSync } from "node:fs";
import { join } from "node:path";
import type { App, Environment } from "aws-cdk-lib";
import { FUNCTIONS, PRODUCTION, secretParameter, type StackPart, stackName } from "./names.ts";
import type { Settings } from "./settings.ts";
import { AppStack } from "./stacks/app.ts";
import { DataStack } from "./stacks/data.ts";
import { WebStack } from "./stacks/web.ts";

export interface StageProps {
  readonly stage: string;
  readonly settings: Settings;
  /** The checkout, with functions and pages built. */
  readonly root: string;
  readonly env?: Environment | undefined;
}

export interface Stage {
  readonly data: DataStack;
  readonly web: WebStack;
  readonly app: AppStack;
}

/** One installation: data first, then what the world reaches, then what runs. */
export function createStage(scope: App, { stage, settings, root, env }: StageProps): Stage {
  const production = stage === PRODUCTION;
  const name = (part: StackPart) => stackName(stage, part);
  const props = { production, ...(env === undefined ? {} : { env }) };
  const pages = join(root, "packages/web/dist");
  const bundles = join(root, "packages/functions/dist-aws");
  mustBeBuilt(join(pages, "index.html"), "npm run build");
  for (const each of FUNCTIONS)
    mustBeBuilt(join(bundles, each, `${each}.mjs`), "npm run build:aws");

  const data = new DataStack(scope, name("data"), { ...props, restored: settings.restored });
  const web = new WebStack(scope, name("web"), {
    ...props,
    settings,
    pages,
    edge: join(root, "infra/edge"),
  });
  const app = new AppStack(scope, name("app"), {
    ...props,
    stage,
    settings,
    table: data.table,
    files: data.files,
    web,
    secretParameter: secretParameter(stage),
    bundles,
    pages,
  });
  return { data, web, app };
}

function mustBeBuilt(file: string, by: string): void {
  if (!existsSync(file)) throw new Error(`There is no ${file}: run ${by} first.`);
}
