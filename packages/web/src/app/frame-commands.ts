import type { Navigator } from "@solidjs/router";
import Copy from "lucide-solid/icons/copy";
import Gauge from "lucide-solid/icons/gauge";
import HistoryIcon from "lucide-solid/icons/rotate-ccw-clock";
import Keyboard from "lucide-solid/icons/keyboard";
import LogOut from "lucide-solid/icons/log-out";
import Moon from "lucide-solid/icons/moon";
import Pencil from "lucide-solid/icons/pencil";
import Plus from "lucide-solid/icons/plus";
import Redo from "lucide-solid/icons/redo-2";
import RefreshCw from "lucide-solid/icons/refresh-cw";
import Search from "lucide-solid/icons/search";
import Settings from "lucide-solid/icons/settings";
import Sun from "lucide-solid/icons/sun";
import Trash from "lucide-solid/icons/trash";
import Undo from "lucide-solid/icons/undo-2";
import Upload from "lucide-solid/icons/upload";
import UserPlus from "lucide-solid/icons/user-plus";
import { can } from "@gridfolk/core/access/role";
import type { Command } from "./commands.ts";
import { sheetIcon } from "./icons.ts";
import { trashSheet } from "./sheet-actions.ts";
import type { Shell } from "./shell.ts";
import { setTheme } from "./theme.ts";

export interface FrameActions {
  readonly shell: Shell;
  readonly navigate: Navigator;
  undo(verb: "undo" | "redo"): void;
  /** Whether the workbook on screen is one of the past. */
  isPast(): boolean;
  open(dialog: "palette" | "help" | "share" | "new-sheet" | "history"): void;
  rename(sheet: string): void;
  signOut(): void;
}

/** What can be done from anywhere in a workspace. */
export function frameCommands(actions: FrameActions): readonly Command[] {
  const { shell, navigate, open } = actions;
  const { workspace } = shell;
  const role = workspace.me().role;
  const current = workspace.sheets().find(({ key }) => key === shell.sheet());
  const settings = (page: string) => () => navigate(`/w/${workspace.id}/settings/${page}`);
  return [
    ...workspace.sheets().map((sheet): Command => ({
      id: `go-${sheet.key}`,
      label: sheet.name,
      group: "Go to",
      icon: sheetIcon(sheet.icon),
      words: "open sheet",
      run: () => shell.goToSheet(sheet.key),
    })),
    ...([1, -1] as const).map((by): Command => ({
      id: by > 0 ? "next-sheet" : "previous-sheet",
      label: by > 0 ? "Next sheet" : "Previous sheet",
      group: "Go to",
      keys: by > 0 ? "Ctrl+Shift+PageDown" : "Ctrl+Shift+PageUp",
      alsoKeys: by > 0 ? "Ctrl+PageDown" : "Ctrl+PageUp",
      enabled: () => current !== undefined && workspace.sheets().length > 1,
      run() {
        const all = workspace.sheets();
        const at = all.findIndex(({ key }) => key === current?.key);
        const next = all[(at + by + all.length) % all.length];
        if (next !== undefined) shell.goToSheet(next.key);
      },
    })),
    {
      id: "palette",
      label: "Find a command",
      group: "Help",
      keys: "Ctrl+K",
      run: () => open("palette"),
    },
    {
      id: "search",
      label: current ? `Search ${current.name}` : "Search",
      group: "Sheet",
      icon: Search,
      keys: "/",
      alsoKeys: "Ctrl+F",
      words: "find filter",
      enabled: () => current !== undefined,
      run: () => document.querySelector<HTMLInputElement>("[data-search]")?.focus(),
    },
    {
      id: "undo",
      label: workspace.undoable() ? `Undo: ${workspace.undoable()}` : "Undo",
      group: "Edit",
      icon: Undo,
      keys: "Ctrl+Z",
      enabled: () => workspace.undoable() !== undefined,
      run: () => actions.undo("undo"),
    },
    {
      id: "redo",
      label: workspace.redoable() ? `Redo: ${workspace.redoable()}` : "Redo",
      group: "Edit",
      icon: Redo,
      keys: "Ctrl+Shift+Z",
      alsoKeys: "Ctrl+Y",
      enabled: () => workspace.redoable() !== undefined,
      run: () => actions.undo("redo"),
    },
    {
      id: "import",
      label: "Import a file",
      group: "Sheet",
      icon: Upload,
      words: "csv excel xlsx upload paste",
      enabled: () => can(role, "write"),
      run: () => shell.openImport(current ? { sheet: current.key } : {}),
    },
    {
      id: "new-sheet",
      label: "Add a sheet",
      group: "Sheet",
      icon: Plus,
      words: "new table create",
      enabled: () => can(role, "design"),
      run: () => open("new-sheet"),
    },
    {
      id: "rename-sheet",
      label: `Rename ${current?.name ?? "this sheet"}`,
      group: "Sheet",
      icon: Pencil,
      enabled: () => current !== undefined && can(role, "design") && !shell.narrow(),
      run: () => current && actions.rename(current.key),
    },
    {
      id: "trash-sheet",
      label: `Move ${current?.name ?? "this sheet"} to the trash`,
      group: "Sheet",
      icon: Trash,
      words: "delete remove",
      enabled: () => current !== undefined && can(role, "design"),
      run: () => current && trashSheet(shell, current),
    },
    {
      id: "share",
      label: "Invite people",
      group: "Workspace",
      icon: UserPlus,
      words: "share members team",
      enabled: () => can(role, "members"),
      run: () => open("share"),
    },
    {
      id: "duplicates",
      label: "Duplicates",
      group: "Go to",
      icon: Copy,
      words: "dedupe merge same twice double clean",
      run: () => navigate(`/w/${workspace.id}/-/duplicates`),
    },
    {
      id: "quality",
      label: "Data quality",
      group: "Go to",
      icon: Gauge,
      words: "missing malformed stale duplicates score mend clean",
      run: () => navigate(`/w/${workspace.id}/-/quality`),
    },
    {
      id: "settings",
      label: "Workspace settings",
      group: "Workspace",
      icon: Settings,
      words: "locale currency time zone country name",
      run: settings("workspace"),
    },
    {
      id: "members",
      label: "Members",
      group: "Workspace",
      icon: UserPlus,
      words: "roles people",
      run: settings("members"),
    },
    {
      id: "history",
      label: "History",
      group: "Workspace",
      icon: HistoryIcon,
      keys: "Ctrl+Alt+Shift+H",
      words: "versions changes who changed undo restore earlier as of then",
      run: () => open("history"),
    },
    {
      id: "now",
      label: "Back to now",
      group: "Workspace",
      icon: HistoryIcon,
      words: "leave the past",
      enabled: () => actions.isPast(),
      run: () => shell.viewAsOf(undefined),
    },
    {
      id: "trash",
      label: "Trash",
      group: "Workspace",
      icon: Trash,
      words: "deleted restore sheets columns",
      run: settings("trash"),
    },
    {
      id: "account",
      label: "Account",
      group: "Workspace",
      icon: Settings,
      words: "password name theme profile",
      run: settings("account"),
    },
    {
      id: "refresh",
      label: "Fetch what is new",
      group: "Workspace",
      icon: RefreshCw,
      words: "refresh reload sync",
      run: () => void workspace.refresh(),
    },
    {
      id: "light",
      label: "Light appearance",
      group: "Appearance",
      icon: Sun,
      words: "theme",
      run: () => setTheme("light"),
    },
    {
      id: "dark",
      label: "Dark appearance",
      group: "Appearance",
      icon: Moon,
      words: "theme night",
      run: () => setTheme("dark"),
    },
    {
      id: "system-theme",
      label: "Appearance as the system",
      group: "Appearance",
      words: "theme automatic",
      run: () => setTheme("system"),
    },
    {
      id: "help",
      label: "Keyboard shortcuts",
      group: "Help",
      icon: Keyboard,
      keys: "Ctrl+/",
      alsoKeys: "?",
      run: () => open("help"),
    },
    {
      id: "sign-out",
      label: "Sign out",
      group: "Workspace",
      icon: LogOut,
      words: "log out leave",
      run: () => actions.signOut(),
    },
  ];
}
