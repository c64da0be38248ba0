import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Store } from "@gridfolk/core/ledger/store";
import { createFolderBlobs } from "../../blobs/folder.ts";
import type { Line } from "../../log/line.ts";
import { createLog } from "../../log/log.ts";
import { nodePlatform } from "../../platform.ts";
import { createServices } from "../../wiring.ts";
import type { Inside, TargetOptions } from "./target.ts";

/** Services of this process over a store: the application's own, or a look into the table of one that runs elsewhere. */
export function inside(store: Store, options: TargetOptions, exclusive: boolean): Inside {
  const platform = options.platform ?? nodePlatform;
  const { settings } = options;
  const lines: Line[] = [];
  const log = createLog({ sink: (line) => lines.push(line) });
  const blobs = createFolderBlobs({
    folder: options.filesIn ?? join(tmpdir(), "gridfolk-no-files"),
    secret: settings.secret,
    platform,
  });
  const services = createServices({
    store,
    platform,
    settings,
    blobs,
    workerFile: options.workerFile ?? "",
    rememberSessionsMs: options.rememberSessionsMs ?? 0,
    ledger: { exclusive },
  });
  return { services, blobs, lines, log };
}
