import Ghost from "lucide-solid/icons/ghost";
import Lock from "lucide-solid/icons/lock";
import TriangleAlert from "lucide-solid/icons/triangle-alert";
import { useNavigate } from "@solidjs/router";
import { Index, Show } from "solid-js";
import { rememberWorkspace } from "../data/session.ts";
import type { Workspace } from "../data/workspace.ts";
import { Button } from "../ui/button.tsx";
import { Empty } from "../ui/empty.tsx";
import { Notice } from "../ui/notice.tsx";
import { Progress } from "../ui/progress.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import styles from "./frame.module.css";

const widths = ["70%", "88%", "54%", "76%", "62%", "82%"];

/** The place of the rows while they come: shapes after 150 ms, numbers after a second. */
export function Loading(props: { workspace: Workspace }) {
  const progress = () => props.workspace.progress();
  return (
    <div class={styles.loading} aria-busy="true">
      <Index each={Array.from({ length: 24 })}>
        {(_, row) => (
          <div>
            <Skeleton width="16px" height="10px" />
            <Index each={widths}>
              {(_, column) => (
                <Skeleton width={widths[(row + column * 2) % widths.length]!} height="10px" />
              )}
            </Index>
          </div>
        )}
      </Index>
      <div class={styles.counting}>
        <Show
          when={props.workspace.status().message}
          fallback={
            <Progress
              label="Opening your workspace"
              value={progress().done}
              of={progress().of}
              detail={
                progress().records > 0 ? `${progress().records.toLocaleString()} rows` : undefined
              }
            />
          }
        >
          {(message) => (
            <Notice kind="warning">{message()} It is being tried again by itself.</Notice>
          )}
        </Show>
      </div>
    </div>
  );
}

/** There is nothing to show here, and why. */
export function Gone(props: {
  state: "removed" | "missing" | "failed" | "no-sheet";
  message?: string | undefined;
}) {
  const navigate = useNavigate();
  const elsewhere = () => {
    rememberWorkspace(undefined);
    navigate("/");
  };
  switch (props.state) {
    case "removed":
      return (
        <Empty
          icon={Lock}
          title="You are no longer a member of this workspace"
          isPage
          actions={
            <Button variant="primary" onClick={elsewhere}>
              Go to my other workspaces
            </Button>
          }
        >
          Somebody removed you, or you left it. What this browser kept of it is gone. If that is a
          mistake, ask an owner for an invitation.
        </Empty>
      );
    case "missing":
      return (
        <Empty
          icon={Ghost}
          title="This workspace is not here"
          isPage
          actions={
            <Button variant="primary" onClick={elsewhere}>
              Go to my workspaces
            </Button>
          }
        >
          The link may be incomplete, or you are not a member of it. Ask an owner for an invitation.
        </Empty>
      );
    case "no-sheet":
      return (
        <Empty
          icon={Ghost}
          title="This sheet is not here"
          isPage
          actions={
            <Button variant="primary" onClick={() => navigate("..")}>
              Go to the other sheets
            </Button>
          }
        >
          It may be in the trash. Settings, Trash shows what can be restored.
        </Empty>
      );
    case "failed":
      return (
        <Empty
          icon={TriangleAlert}
          title="The workspace could not be opened"
          isPage
          actions={
            <Button variant="primary" onClick={() => location.reload()}>
              Try again
            </Button>
          }
        >
          {props.message}
        </Empty>
      );
  }
}
