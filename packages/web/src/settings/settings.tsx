import { useNavigate, type RouteSectionProps } from "@solidjs/router";
import { Match, onMount, Switch } from "solid-js";
import { useShell } from "../app/shell.ts";
import { Empty } from "../ui/empty.tsx";
import { Tabs } from "../ui/tabs.tsx";
import { AccountSettings } from "./account.tsx";
import { Imports } from "./imports.tsx";
import { Members } from "./members.tsx";
import { Trash } from "./trash/trash.tsx";
import { WorkspaceSettings } from "./workspace.tsx";
import styles from "./settings.module.css";

const pages = [
  { key: "workspace", label: "Workspace" },
  { key: "members", label: "Members" },
  { key: "account", label: "Account" },
  { key: "imports", label: "Imports" },
  { key: "trash", label: "Trash" },
] as const;

export function Settings(props: RouteSectionProps) {
  const shell = useShell();
  const navigate = useNavigate();
  const page = () => pages.find(({ key }) => key === props.params["page"])?.key;
  onMount(() => shell.workspace.setPresence({}));
  return (
    <div class={styles.root}>
      <div class={styles.inner}>
        <h1>Settings</h1>
        <Tabs
          label="Settings"
          tabs={pages}
          selected={page() ?? "workspace"}
          panel="settings-page"
          onSelect={(key) => navigate(`/w/${shell.workspace.id}/settings/${key}`)}
        />
        <div id="settings-page" role="tabpanel" aria-label={page()}>
          <Switch fallback={<Empty title="There is no such page" />}>
            <Match when={page() === "workspace"}>
              <WorkspaceSettings workspace={shell.workspace} />
            </Match>
            <Match when={page() === "members"}>
              <Members workspace={shell.workspace} />
            </Match>
            <Match when={page() === "account"}>
              <AccountSettings />
            </Match>
            <Match when={page() === "imports"}>
              <Imports workspace={shell.workspace} />
            </Match>
            <Match when={page() === "trash"}>
              <Trash workspace={shell.workspace} />
            </Match>
          </Switch>
        </div>
      </div>
    </div>
  );
}
