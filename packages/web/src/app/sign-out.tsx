import type { Workspace } from "../data/workspace.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { changesAre } from "./status.tsx";

/** Asks only when signing out would lose something. */
export function SignOutDialog(props: {
  workspace: Workspace;
  onClose: () => void;
  onLeave: () => void;
}) {
  return (
    <Dialog
      title="Sign out now?"
      size="small"
      onClose={props.onClose}
      footer={
        <>
          <Button onClick={() => props.onClose()}>Stay signed in</Button>
          <Button variant="danger" onClick={() => props.onLeave()}>
            Sign out and lose them
          </Button>
        </>
      }
    >
      {changesAre(props.workspace.status().waiting)} still on the way to the server. Signing out
      removes everything of yours from this browser, these as well.
    </Dialog>
  );
}
