import ChevronsUpDown from "lucide-solid/icons/chevrons-up-down";
import HistoryIcon from "lucide-solid/icons/rotate-ccw-clock";
import Keyboard from "lucide-solid/icons/keyboard";
import LogOut from "lucide-solid/icons/log-out";
import Monitor from "lucide-solid/icons/monitor";
import Moon from "lucide-solid/icons/moon";
import Plus from "lucide-solid/icons/plus";
import Search from "lucide-solid/icons/search";
import Settings from "lucide-solid/icons/settings";
import Sun from "lucide-solid/icons/sun";
import UserPlus from "lucide-solid/icons/user-plus";
import Upload from "lucide-solid/icons/upload";
import UserRound from "lucide-solid/icons/user-round";
import Users from "lucide-solid/icons/users-round";
import X from "lucide-solid/icons/x";
import { useNavigate } from "@solidjs/router";
import {
  createEffect,
  createMemo,
  createResource,
  createSignal,
  For,
  onMount,
  Show,
} from "solid-js";
import { can } from "@gridfolk/core/access/role";
import { user, workspaces } from "../data/session.ts";
import type { Person } from "../data/workspace.ts";
import { Avatar } from "../ui/avatar.tsx";
import { Button, IconButton } from "../ui/button.tsx";
import { Chip } from "../ui/chip.tsx";
import { MenuButton, type MenuItem } from "../ui/menu.tsx";
import { makeTooltip } from "../ui/tooltip.tsx";
import { Logo } from "./logo.tsx";
import type { Shell } from "./shell.ts";
import { setTheme, theme } from "./theme.ts";
import styles from "./frame.module.css";

export interface TopBarProps {
  shell: Shell;
  onShare: () => void;
  onHistory: () => void;
  onHelp: () => void;
  onSignOut: () => void;
}

export function TopBar(props: TopBarProps) {
  const { workspace } = props.shell;
  /** Not while the workspace is on its way, and no longer once this person is out of it. */
  const isMember = () => workspace.members().some(({ user }) => user === workspace.me().id);
  return (
    <header class={styles.top}>
      <WorkspaceMenu {...props} />
      <Show when={!props.shell.narrow()} fallback={<span class={styles.space} />}>
        {/* There is nothing to search outside a sheet. */}
        <Show when={props.shell.sheet()}>
          <SearchField shell={props.shell} />
        </Show>
        <span class={styles.space} />
        <People shell={props.shell} />
        <Show when={can(workspace.me().role, "write")}>
          <Button
            variant="quiet"
            icon={Upload}
            onClick={() => props.shell.openImport({ ...sheetOf(props.shell) })}
          >
            Import
          </Button>
        </Show>
        <Show when={isMember() && workspace.me().role === "viewer"}>
          <Chip text="View only" />
        </Show>
        <Show when={can(workspace.me().role, "members")}>
          <Button variant="quiet" icon={UserPlus} onClick={() => props.onShare()}>
            Share
          </Button>
        </Show>
        <IconButton icon={Keyboard} label="Keyboard shortcuts" onClick={() => props.onHelp()} />
      </Show>
      <AccountMenu {...props} />
    </header>
  );
}

function sheetOf(shell: Shell): { sheet?: string } {
  const sheet = shell.sheet();
  return sheet === undefined ? {} : { sheet };
}

function WorkspaceMenu(props: TopBarProps) {
  const navigate = useNavigate();
  const [asked, setAsked] = createSignal(false);
  const [others] = createResource(asked, () => workspaces().catch(() => []));
  const { workspace } = props.shell;
  const items = (): MenuItem[] => [
    { heading: workspace.name() },
    {
      label: "Settings",
      icon: Settings,
      run: () => navigate(`/w/${workspace.id}/settings/workspace`),
    },
    {
      label: "History",
      icon: HistoryIcon,
      keys: "Ctrl+Alt+Shift+H",
      run: () => props.onHistory(),
    },
    { label: "Members", icon: Users, run: () => navigate(`/w/${workspace.id}/settings/members`) },
    ...(can(workspace.me().role, "members")
      ? [{ label: "Invite people", icon: UserPlus, run: () => props.onShare() }]
      : []),
    "separator",
    { heading: "Workspaces" },
    ...(others() ?? [{ id: workspace.id, name: workspace.name() }]).map((other): MenuItem => ({
      label: other.name,
      checked: other.id === workspace.id,
      run: () => navigate(`/w/${other.id}`),
    })),
    { label: "New workspace", icon: Plus, run: () => navigate("/start") },
  ];
  return (
    <MenuButton items={items()} label="Workspace">
      {(trigger) => (
        <button
          type="button"
          {...trigger}
          class={styles.workspace}
          aria-label={`Workspace: ${workspace.name() || "Gridfolk"}`}
          onClick={() => {
            setAsked(true);
            trigger.onClick();
          }}
        >
          <Logo size={22} />
          <span>{workspace.name() || "Gridfolk"}</span>
          <ChevronsUpDown size={14} aria-hidden={true} />
        </button>
      )}
    </MenuButton>
  );
}

/** Longer than this no letter waits for the search. */
const TYPING_MS = 120;

export function SearchField(props: { shell: Shell; autofocus?: boolean; onDone?: () => void }) {
  let input!: HTMLInputElement;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** When the last search was done with, and how long it took: at most half of the time goes to searching while somebody types. */
  let done = { at: 0, took: 0 };
  const name = createMemo(() => {
    const key = props.shell.sheet();
    return props.shell.workspace.sheets().find((sheet) => sheet.key === key)?.name;
  });
  onMount(() => {
    if (props.autofocus) input.focus();
  });
  createEffect(() => {
    const text = props.shell.search();
    if (input.value !== text && document.activeElement !== input) input.value = text;
  });
  const set = (text: string) => {
    clearTimeout(timer);
    const began = performance.now();
    props.shell.setSearch(text);
    const at = performance.now();
    done = { at, took: at - began };
  };
  const clear = () => {
    input.value = "";
    set("");
  };
  /** On to the rows: into the grid where there is one. */
  const leave = () => {
    input.blur();
    const view = document.getElementById("view");
    (view?.querySelector<HTMLElement>("[data-grid]") ?? view)?.focus();
    props.onDone?.();
  };
  return (
    <div class={styles.search} role="search">
      <Search size={15} aria-hidden={true} />
      <input
        ref={input}
        type="search"
        data-search=""
        aria-label={name() ? `Search ${name()}` : "Search"}
        placeholder={name() ? `Search ${name()}` : "Search"}
        value={props.shell.search()}
        autocomplete="off"
        spellcheck={false}
        onInput={(event) => {
          const text = event.currentTarget.value;
          clearTimeout(timer);
          const rested = performance.now() - done.at;
          timer = setTimeout(() => set(text), Math.min(TYPING_MS, Math.max(0, done.took - rested)));
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter") {
            set(event.currentTarget.value);
            leave();
          } else if (event.key === "Escape") {
            event.stopPropagation();
            clear();
            leave();
          }
        }}
      />
      <Show when={props.shell.search()} fallback={<kbd aria-hidden="true">/</kbd>}>
        <IconButton icon={X} label="Clear the search" size="small" onClick={clear} />
      </Show>
    </div>
  );
}

const MOST_AVATARS = 5;

/** Who has the workspace open, each once; a click goes to where they are. */
function People(props: { shell: Shell }) {
  const people = createMemo(() => {
    const byUser = new Map<string, Person>();
    for (const person of props.shell.workspace.people()) {
      if (person.user === props.shell.workspace.me().id) continue;
      if (!byUser.get(person.user)?.sheet) byUser.set(person.user, person);
    }
    return [...byUser.values()];
  });
  const where = (person: Person) =>
    props.shell.workspace.sheets().find((sheet) => sheet.key === person.sheet)?.name;
  return (
    <Show when={people().length > 0}>
      <div class={styles.people} role="group" aria-label="Here now">
        <For each={people().slice(0, MOST_AVATARS)}>
          {(person) => (
            <button
              type="button"
              ref={(element) =>
                makeTooltip(element, () => ({
                  text: where(person) ? `${person.name}, in ${where(person)}` : person.name,
                }))
              }
              onClick={() => {
                if (person.sheet) props.shell.goToSheet(person.sheet);
              }}
            >
              <Avatar name={person.name} id={person.user} color={person.color} />
              <Show when={where(person)}>
                {(sheet) => <span class="spoken">, in {sheet()}. Go there</span>}
              </Show>
            </button>
          )}
        </For>
        <Show when={people().length > MOST_AVATARS}>
          <span class={styles.more}>+{people().length - MOST_AVATARS}</span>
        </Show>
      </div>
    </Show>
  );
}

function AccountMenu(props: TopBarProps) {
  const navigate = useNavigate();
  const { workspace } = props.shell;
  const items = (): MenuItem[] => [
    { heading: [user()?.name, user()?.email].filter(Boolean).join(" · ") },
    {
      label: "Account",
      icon: UserRound,
      run: () => navigate(`/w/${workspace.id}/settings/account`),
    },
    "separator",
    { heading: "Appearance" },
    { label: "Light", icon: Sun, checked: theme() === "light", run: () => setTheme("light") },
    { label: "Dark", icon: Moon, checked: theme() === "dark", run: () => setTheme("dark") },
    {
      label: "As the system",
      icon: Monitor,
      checked: theme() === "system",
      run: () => setTheme("system"),
    },
    "separator",
    { label: "Sign out", icon: LogOut, run: () => props.onSignOut() },
  ];
  return (
    <MenuButton items={items()} label="Account" align="end">
      {(trigger) => (
        <button type="button" {...trigger} class={styles.account}>
          <Avatar name={user()?.name ?? ""} id={user()?.id ?? ""} size={28} />
          <span class="spoken">Account</span>
        </button>
      )}
    </MenuButton>
  );
}
