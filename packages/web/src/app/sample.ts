import { createSignal } from "solid-js";
import { settingsOf } from "@gridfolk/core/sheet/settings";
import { browserPlatform } from "../data/platform.ts";
import type { Workspace } from "../data/workspace.ts";

const key = (workspace: string) => `gridfolk:sample:${workspace}`;
const [changed, setChanged] = createSignal(0);

/** Fills the ready-made sheets with believable companies, contacts and deals, as one change that can be taken back. */
export async function addSample(workspace: Workspace): Promise<boolean> {
  const { sampleDraft } = await import("@gridfolk/core/sheet/sample");
  const draft = sampleDraft(browserPlatform, settingsOf(workspace.workbook), workspace.me().id);
  const sent = workspace.commit(draft.operations, draft.label);
  if (!sent) return false;
  localStorage.setItem(key(workspace.id), sent.id);
  setChanged((count) => count + 1);
  return true;
}

/** The sample data's changeset, while this browser remembers it. */
export function sampleOf(workspace: Workspace): string | undefined {
  changed();
  return localStorage.getItem(key(workspace.id)) ?? undefined;
}

export function forgetSample(workspace: Workspace): void {
  localStorage.removeItem(key(workspace.id));
  setChanged((count) => count + 1);
}
