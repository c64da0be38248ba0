import type { Workspace } from "../data/workspace.ts";
import { Dialog } from "../ui/dialog.tsx";
import { Members } from "./members.tsx";

/** "Share": the same as the members' page, over whatever is on screen. */
export function MembersDialog(props: { workspace: Workspace; onClose: () => void }) {
  return (
    <Dialog title={`Share ${props.workspace.name()}`} onClose={props.onClose}>
      <Members workspace={props.workspace} />
    </Dialog>
  );
}
