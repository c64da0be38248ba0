import {
  Navigate,
  useLocation,
  useNavigate,
  useParams,
  useSearchParams,
  type RouteSectionProps,
} from "@solidjs/router";
import {
  createEffect,
  createMemo,
  createSignal,
  ErrorBoundary,
  lazy,
  Match,
  onCleanup,
  Show,
  Suspense,
  Switch,
  untrack,
  type JSX,
} from "solid-js";
import { openWorkspace } from "../data/open.ts";
import { rememberWorkspace, signOut, user } from "../data/session.ts";
import { lazyForm } from "../ui/lazy-form.tsx";
import { showProblem } from "../ui/problem.ts";
import { showToast } from "../ui/toast.tsx";
import { createBegun } from "./begun.ts";
import { Broken } from "./broken.tsx";
import { matches, commands, offerCommands } from "./commands.ts";
import { FileDrop } from "./file-drop.tsx";
import { frameCommands } from "./frame-commands.ts";
import { Gone, Loading } from "./loading.tsx";
import { createMedia } from "./media.ts";
import { Rail } from "./rail.tsx";
import { SampleBar } from "./sample-bar.tsx";
import { ShellContext, useShell, type ImportSource, type Shell } from "./shell.ts";
import { ConnectionBar, StatusBar } from "./status.tsx";
import { isUntouched } from "./untouched.ts";
import { TopBar } from "./top-bar.tsx";
import { isArranged, layoutKey } from "../grid/layout-key.ts";
import { looking, lookAtSkipped, takeStep, toldSkipped } from "./undone.ts";
import styles from "./frame.module.css";

const FirstRun = lazy(() => import("./first-run.tsx").then((m) => ({ default: m.FirstRun })));
const PhoneTabs = lazy(() => import("./phone-tabs.tsx").then((m) => ({ default: m.PhoneTabs })));
const SheetView = lazy(() =>
  import("../grid/sheet-view.tsx").then((m) => ({ default: m.SheetView })),
);
const RecordPanel = lazy(() =>
  import("../record/record-panel.tsx").then((m) => ({ default: m.RecordPanel })),
);
const Cards = lazy(() => import("./cards.tsx").then((m) => ({ default: m.Cards })));
const Help = lazyForm(() => import("./help.tsx").then((m) => m.Help));
const NewSheet = lazyForm(() => import("./new-sheet.tsx").then((m) => m.NewSheet));
const Palette = lazyForm(() => import("./palette.tsx").then((m) => m.Palette));
const SignOutDialog = lazyForm(() => import("./sign-out.tsx").then((m) => m.SignOutDialog));
const MembersDialog = lazyForm(() =>
  import("../settings/members-dialog.tsx").then((m) => m.MembersDialog),
);
const HistoryPanel = lazyForm(() =>
  import("../history/history-panel.tsx").then((m) => m.HistoryPanel),
);
const PastView = lazy(() =>
  import("../history/past-view.tsx").then((m) => ({ default: m.PastView })),
);
const SkippedDialog = lazyForm(() => import("./skipped-dialog.tsx").then((m) => m.SkippedDialog));
const TypingHint = lazy(() =>
  import("../duplicates/typing.tsx").then((m) => ({ default: m.TypingHint })),
);
const Wizard = lazy(() => import("../import/wizard.tsx").then((m) => ({ default: m.Wizard })));

const FOLDED = "gridfolk:rail";
const lastSheet = (workspace: string) => `gridfolk:sheet:${workspace}`;

/** Everything around a view: opens the workspace of the address and keeps it open while one moves inside it. */
export function Frame(props: { workspace: string; children: JSX.Element }) {
  const narrow = createMedia("(width < 720px)");
  const params = useParams<{ sheet?: string }>();
  const location = useLocation();
  // Keyed by user and workspace where it is used: both are the same for as long as this frame lives.
  const workspace = untrack(() =>
    openWorkspace(user()!, props.workspace, isPlain() ? params.sheet : undefined),
  );
  rememberWorkspace(workspace.id);
  // The grid's code comes while the rows come.
  void SheetView.preload();
  onCleanup(() => workspace.close());

  const navigate = useNavigate();
  const [query, setQuery] = useSearchParams<{ record?: string; view?: string; asof?: string }>();
  /** Seq of the change after which the workbook is shown; undefined: as it is now. */
  const asOf = createMemo(() =>
    query.asof !== undefined && /^[1-9]\d{0,11}$/.test(query.asof) ? Number(query.asof) : undefined,
  );
  /** What an address within the workspace carries along. */
  const along = (more: Readonly<Record<string, string>> = {}) => {
    const seq = asOf();
    const all = new URLSearchParams({ ...more, ...(seq === undefined ? {} : { asof: `${seq}` }) });
    return all.size === 0 ? "" : `?${all}`;
  };
  const [search, setSearch] = createSignal("");
  const [summary, setSummary] = createSignal<() => JSX.Element>();
  const [importing, setImporting] = createSignal<ImportSource>();
  const [dialog, setDialog] = createSignal<
    "palette" | "help" | "share" | "new-sheet" | "sign-out" | "history" | undefined
  >();
  const [renaming, setRenaming] = createSignal<string>();
  // Where there is little room, names give way to rows until somebody asks for them.
  const tight = createMedia("(width < 900px)");
  const [chosen, setChosen] = createSignal(localStorage.getItem(FOLDED));
  const folded = () => chosen() === "folded" || (tight() && chosen() === null);
  const close = () => setDialog(undefined);
  const fresh = createBegun(workspace);

  const shell: Shell = {
    workspace,
    sheet: () => params.sheet,
    record: createMemo(() =>
      params.sheet && query.record ? { sheet: params.sheet, id: query.record } : undefined,
    ),
    view: createMemo(() => (params.sheet ? query.view : undefined)),
    openView: (id) => setQuery({ view: id }),
    openRecord(sheet, id) {
      if (sheet === params.sheet) setQuery({ record: id }, { replace: query.record !== undefined });
      else navigate(`/w/${workspace.id}/${sheet}${along({ record: id })}`);
    },
    closeRecord: () => setQuery({ record: undefined }, { replace: true }),
    findDuplicates: (sheet, id) =>
      navigate(`/w/${workspace.id}/-/duplicates?${new URLSearchParams({ sheet, of: id })}`),
    goToSheet: (sheet) => navigate(`/w/${workspace.id}/${sheet}${along()}`),
    viewAsOf(seq) {
      const sheet = params.sheet ?? workspace.sheets()[0]?.key;
      if (sheet === undefined) return;
      navigate(`/w/${workspace.id}/${sheet}${seq === undefined ? "" : `?asof=${seq}`}`);
    },
    search,
    setSearch,
    openImport(from = {}) {
      if (asOf() === undefined) setImporting(from);
      else showToast({ text: "Go back to now to import", key: "past" });
    },
    openPalette: () => setDialog("palette"),
    setSummary(next) {
      setSummary(() => next);
      onCleanup(() => setSummary((now) => (now === next ? undefined : now)));
    },
    narrow,
  };

  createEffect(() => {
    const sheet = params.sheet;
    setSearch("");
    if (sheet) localStorage.setItem(lastSheet(workspace.id), sheet);
  });
  createEffect(() => {
    const sheet = workspace.sheets().find(({ key }) => key === params.sheet);
    const name = workspace.name();
    document.title = [sheet?.name, name, "Gridfolk"].filter(Boolean).join(" · ");
  });
  onCleanup(
    workspace.onNotice((notice) =>
      showToast({
        text: notice.title,
        detail: notice.detail,
        problem: notice.kind === "refused",
        requestId: notice.requestId,
        ...(notice.skipped && toldSkipped(workspace, notice.skipped)),
      }),
    ),
  );
  const fold = () => {
    setChosen(folded() ? "wide" : "folded");
    localStorage.setItem(FOLDED, chosen() ?? "");
  };
  const leave = () => {
    void signOut().then(
      () => navigate("/sign-in"),
      (error: unknown) => showProblem(error),
    );
  };
  const askToLeave = () => {
    if (workspace.status().waiting > 0) setDialog("sign-out");
    else leave();
  };
  const signInAgain = () =>
    navigate(
      `/sign-in?ended=1&email=${encodeURIComponent(user()?.email ?? "")}&return=${encodeURIComponent(location.pathname + location.search)}`,
    );

  offerCommands(() =>
    frameCommands({
      shell,
      navigate,
      undo(verb) {
        if (asOf() === undefined) takeStep(workspace, verb);
        else showToast({ text: `Go back to now to ${verb}`, key: "past" });
      },
      isPast: () => asOf() !== undefined,
      open: setDialog,
      rename: setRenaming,
      signOut: askToLeave,
    }),
  );

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing || importing()) return;
    const typing = isTyping(event.target);
    for (const command of commands()) {
      if (command.keysShownOnly) continue;
      const keys = [command.keys, command.alsoKeys].find((each) => each && matches(event, each));
      // While typing, only combinations that mean nothing to a text field.
      if (!keys || (typing && (!keys.includes("Ctrl+") || textKeys.has(keys)))) continue;
      event.preventDefault();
      command.run();
      return;
    }
  };
  // In the grid a typed sign begins an edit; this one leads to the search from there too, so it is taken first.
  const onSlash = (event: KeyboardEvent) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing)
      return;
    if (isTyping(event.target) || importing() || document.querySelector("dialog[open]")) return;
    const field = document.querySelector<HTMLInputElement>("[data-search]");
    if (!field) return;
    event.preventDefault();
    event.stopPropagation();
    field.focus();
    field.select();
  };
  window.addEventListener("keydown", onSlash, true);
  window.addEventListener("keydown", onKeyDown);
  onCleanup(() => {
    window.removeEventListener("keydown", onSlash, true);
    window.removeEventListener("keydown", onKeyDown);
  });

  return (
    <ShellContext.Provider value={shell}>
      <div
        class={styles.root}
        data-narrow={narrow() ? "" : undefined}
        data-folded={folded() && !narrow() ? "" : undefined}
      >
        <a class={styles.skip} href="#view">
          Skip to the sheet
        </a>
        <TopBar
          shell={shell}
          onShare={() => setDialog("share")}
          onHistory={() => setDialog("history")}
          onHelp={() => setDialog("help")}
          onSignOut={askToLeave}
        />
        <ConnectionBar workspace={workspace} onSignIn={signInAgain} />
        <Show when={!narrow()}>
          <Rail
            shell={shell}
            folded={folded()}
            onFold={fold}
            onAddSheet={() => setDialog("new-sheet")}
            renaming={renaming()}
            onRename={setRenaming}
            past={asOf()}
          />
        </Show>
        <main class={styles.view} id="view" tabIndex={-1}>
          <Switch
            fallback={
              <ErrorBoundary fallback={(error: unknown) => <Broken error={error} />}>
                <Suspense fallback={<Loading workspace={workspace} />}>
                  <Show when={asOf()} keyed fallback={props.children}>
                    {(seq) => (
                      <PastView shell={shell} seq={seq}>
                        {props.children}
                      </PastView>
                    )}
                  </Show>
                </Suspense>
              </ErrorBoundary>
            }
          >
            <Match when={gone(workspace.status().state)}>
              {(state) => <Gone state={state()} message={workspace.status().message} />}
            </Match>
            <Match when={workspace.version() === 0}>
              <Loading workspace={workspace} />
            </Match>
          </Switch>
        </main>
        <Show
          when={narrow()}
          fallback={<StatusBar workspace={workspace} summary={summary()?.()} />}
        >
          <Suspense>
            <PhoneTabs
              shell={shell}
              onAddSheet={() => setDialog("new-sheet")}
              onShare={() => setDialog("share")}
              onHistory={() => setDialog("history")}
            />
          </Suspense>
        </Show>
      </div>
      <Show when={isThere()}>
        <FileDrop onFiles={(files) => shell.openImport({ files, ...here() })} />
        <Switch>
          <Match when={dialog() === "palette"}>
            <Palette onClose={close} />
          </Match>
          <Match when={dialog() === "help"}>
            <Help onClose={close} />
          </Match>
          <Match when={dialog() === "share"}>
            <MembersDialog workspace={workspace} onClose={close} />
          </Match>
          <Match when={dialog() === "new-sheet"}>
            <NewSheet shell={shell} onClose={close} />
          </Match>
          <Match when={dialog() === "history"}>
            <HistoryPanel shell={shell} onClose={close} />
          </Match>
          <Match when={dialog() === "sign-out"}>
            <SignOutDialog workspace={workspace} onClose={close} onLeave={leave} />
          </Match>
        </Switch>
        <Show when={asOf() === undefined && fresh()}>
          {(begun) => (
            <Suspense>
              <TypingHint shell={shell} fresh={begun()} />
            </Suspense>
          )}
        </Show>
        <Show when={looking()} keyed>
          {(skipped) => (
            <SkippedDialog
              shell={shell}
              skipped={skipped}
              onClose={() => lookAtSkipped(undefined)}
            />
          )}
        </Show>
        <Show when={importing()} keyed>
          {(from) => (
            <Suspense>
              <Wizard
                workspace={workspace}
                from={from}
                onClose={() => setImporting(undefined)}
                onShow={(sheet) => {
                  setImporting(undefined);
                  shell.goToSheet(sheet);
                }}
              />
            </Suspense>
          )}
        </Show>
      </Show>
    </ShellContext.Provider>
  );

  /** A grid with all its rows in the order they were made: its first ones are there before the others. */
  function isPlain(): boolean {
    if (narrow() || location.search !== "" || params.sheet === undefined) return false;
    return !isArranged(localStorage.getItem(layoutKey(user()!.id, props.workspace, params.sheet)));
  }

  function isThere(): boolean {
    const { state } = workspace.status();
    return workspace.version() > 0 && state !== "loading" && gone(state) === undefined;
  }

  function here(): { sheet?: string } {
    return params.sheet === undefined ? {} : { sheet: params.sheet };
  }
}

/** Combinations a text field uses itself. */
const textKeys = new Set(["Ctrl+Z", "Ctrl+Shift+Z", "Ctrl+Y"]);

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches("input, textarea, select"))
  );
}

function gone(state: string): "removed" | "missing" | "failed" | undefined {
  return state === "removed" || state === "missing" || state === "failed" ? state : undefined;
}

/** `/w/…` without a sheet: to where this person was last, or to the beginning of everything. */
export function Landing() {
  const shell = useShell();
  const { workspace } = shell;
  // Decided once: the page must not run away when the first record arrives.
  const begin = isUntouched(workspace);
  const target = () => {
    const last = localStorage.getItem(lastSheet(workspace.id));
    const sheets = workspace.sheets();
    return (sheets.find(({ key }) => key === last) ?? sheets[0])?.key;
  };
  return (
    <Show when={!begin && target()} fallback={<FirstRun shell={shell} />} keyed>
      {(key) => <Navigate href={`/w/${workspace.id}/${key}`} />}
    </Show>
  );
}

/** A sheet, and the open record beside it; on phones a list of cards, and the record over it. */
export function SheetPage(props: RouteSectionProps) {
  const shell = useShell();
  const key = () => props.params["sheet"] ?? "";
  const exists = createMemo(() => shell.workspace.sheets().some((sheet) => sheet.key === key()));
  createEffect(() => {
    // The grid says more exactly where this person is.
    if (!shell.narrow()) return;
    const record = shell.record();
    shell.workspace.setPresence({ sheet: key(), ...(record ? { record: record.id } : {}) });
  });
  return (
    <Show when={exists()} fallback={<Gone state="no-sheet" />}>
      <Show
        when={shell.narrow()}
        fallback={
          <div class={styles.fill}>
            <SampleBar shell={shell} />
            <Suspense fallback={<Loading workspace={shell.workspace} />}>
              <Show when={key()} keyed>
                {(sheet) => <SheetView sheet={sheet} />}
              </Show>
            </Suspense>
          </div>
        }
      >
        <Show when={key()} keyed>
          {(sheet) => (
            <div class={styles.fill}>
              <SampleBar shell={shell} />
              <Suspense fallback={<Loading workspace={shell.workspace} />}>
                <Cards shell={shell} sheet={sheet} />
              </Suspense>
            </div>
          )}
        </Show>
      </Show>
      <Show when={shell.record()}>
        {(record) => (
          <Suspense>
            <RecordPanel sheet={record().sheet} id={record().id} />
          </Suspense>
        )}
      </Show>
    </Show>
  );
}
