import * as Marker from "@gridfolk/core/export/marker";
import type { Base, Exported } from "@gridfolk/core/import/round-trip";
import { workbookAt } from "../past.ts";
import type { Services } from "../services.ts";

/** A workspace as it was when a file was exported from it; undefined when that is not kept, or was another workspace. */
export async function baseOf(
  services: Pick<Services, "ledger" | "platform">,
  workspace: string,
  { marker }: Exported,
): Promise<Base | undefined> {
  const then = await workbookAt(services, workspace, marker.seq);
  return then !== undefined && Marker.isOf(marker, then.hash)
    ? { workbook: then.workbook }
    : undefined;
}
