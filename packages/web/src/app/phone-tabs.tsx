import Ellipsis from "lucide-solid/icons/ellipsis";
import Copy from "lucide-solid/icons/copy";
import Gauge from "lucide-solid/icons/gauge";
import HistoryIcon from "lucide-solid/icons/rotate-ccw-clock";
import Plus from "lucide-solid/icons/plus";
import Search from "lucide-solid/icons/search";
import Settings from "lucide-solid/icons/settings";
import Table from "lucide-solid/icons/table-2";
import Trash from "lucide-solid/icons/trash";
import Upload from "lucide-solid/icons/upload";
import UserPlus from "lucide-solid/icons/user-plus";
import Users from "lucide-solid/icons/users-round";
import { useNavigate } from "@solidjs/router";
import { createSignal, Show } from "solid-js";
import { Dynamic } from "solid-js/web";
import { can } from "@gridfolk/core/access/role";
import { MenuButton, type MenuItem } from "../ui/menu.tsx";
import { sheetIcon } from "./icons.ts";
import { addRecord } from "./record-actions.ts";
import type { Shell } from "./shell.ts";
import { SearchField } from "./top-bar.tsx";
import styles from "./frame.module.css";

export interface PhoneTabsProps {
  shell: Shell;
  onAddSheet: () => void;
  onShare: () => void;
  onHistory: () => void;
}

/** The phone's way around: everything within reach of a thumb. */
export function PhoneTabs(props: PhoneTabsProps) {
  const navigate = useNavigate();
  const { workspace } = props.shell;
  const [searching, setSearching] = createSignal(false);
  const current = () => workspace.sheets().find(({ key }) => key === props.shell.sheet());
  const mayWrite = () => can(workspace.me().role, "write");
  const settings = (page: string) => () => navigate(`/w/${workspace.id}/settings/${page}`);

  const sheets = (): MenuItem[] => [
    ...workspace.sheets().map((sheet): MenuItem => ({
      label: sheet.name,
      icon: sheetIcon(sheet.icon),
      run: () => props.shell.goToSheet(sheet.key),
    })),
    ...(can(workspace.me().role, "design")
      ? (["separator", { label: "New sheet", icon: Plus, run: () => props.onAddSheet() }] as const)
      : []),
  ];
  const more = (): MenuItem[] => [
    ...(mayWrite()
      ? [
          {
            label: "Import a file",
            icon: Upload,
            run: () => props.shell.openImport(current() ? { sheet: current()!.key } : {}),
          },
        ]
      : []),
    ...(can(workspace.me().role, "members")
      ? [{ label: "Invite people", icon: UserPlus, run: () => props.onShare() }]
      : []),
    { label: "History", icon: HistoryIcon, run: () => props.onHistory() },
    {
      label: "Duplicates",
      icon: Copy,
      run: () => navigate(`/w/${workspace.id}/-/duplicates`),
    },
    {
      label: "Data quality",
      icon: Gauge,
      run: () => navigate(`/w/${workspace.id}/-/quality`),
    },
    { label: "Members", icon: Users, run: settings("members") },
    { label: "Trash", icon: Trash, run: settings("trash") },
    { label: "Settings", icon: Settings, run: settings("workspace") },
  ];

  return (
    <>
      <Show when={searching()}>
        <div class={styles.phoneSearch}>
          <SearchField shell={props.shell} autofocus onDone={() => setSearching(false)} />
        </div>
      </Show>
      <nav class={styles.tabs} aria-label="Main">
        <MenuButton items={sheets()} label="Sheets">
          {(trigger) => (
            <button type="button" {...trigger} aria-current={current() ? "true" : undefined}>
              <Dynamic
                component={current() ? sheetIcon(current()!.icon) : Table}
                size={21}
                aria-hidden={true}
              />
              {current()?.name ?? "Sheets"}
            </button>
          )}
        </MenuButton>
        <button
          type="button"
          disabled={!current()}
          aria-pressed={searching()}
          onClick={() => {
            setSearching(!searching());
            if (!searching()) props.shell.setSearch("");
          }}
        >
          <Search size={21} aria-hidden={true} />
          Search
        </button>
        <Show when={mayWrite()}>
          <button
            type="button"
            data-main=""
            disabled={!current()}
            onClick={() => {
              const sheet = current();
              const id = sheet && addRecord(workspace, sheet);
              if (sheet && id) props.shell.openRecord(sheet.key, id);
            }}
          >
            <Plus size={21} aria-hidden={true} />
            <span class="spoken">Add {current()?.singular ?? "a row"}</span>
          </button>
        </Show>
        <MenuButton items={more()} label="More" align="end">
          {(trigger) => (
            <button type="button" {...trigger}>
              <Ellipsis size={21} aria-hidden={true} />
              More
            </button>
          )}
        </MenuButton>
      </nav>
    </>
  );
}
