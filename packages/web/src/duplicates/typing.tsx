import UsersRound from "lucide-solid/icons/users-round";
import X from "lucide-solid/icons/x";
import { createEffect, createSignal, on, onCleanup, Show } from "solid-js";
import { labelOf } from "@gridfolk/core/sheet/title";
import type { Begun } from "../app/begun.ts";
import { toastWithUndo } from "../app/sheet-actions.ts";
import type { Shell } from "../app/shell.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { makeLikenessClient, type LikenessClient } from "./likeness-client.ts";
import type { Found } from "./likeness-messages.ts";
import { useInstead } from "./use-instead.ts";
import styles from "./typing.module.css";

/** So long nobody types before it is looked. */
const PAUSE_MS = 250;
/** Records begun by hand that are still looked at when they are typed on. */
const MOST_FRESH = 20;
const MOST_REASONS = 2;

/**
 * Says beside the work that a record just begun looks like one that is there. It takes no focus and stops nothing: whoever means another
 * person types on. `fresh` is the one begun last.
 */
export function TypingHint(props: { shell: Shell; fresh: Begun }) {
  const { workspace } = props.shell;
  const [hint, setHint] = createSignal<Begun & { readonly like: Found }>();
  const begun = new Map<string, string>();
  const waved = new Set<string>();
  const clients = new Map<string, LikenessClient>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  createEffect(
    on(
      () => props.fresh,
      ({ sheet, id }) => {
        begun.set(id, sheet);
        for (const old of begun.keys()) if (begun.size > MOST_FRESH) begun.delete(old);
        later(id);
      },
    ),
  );
  onCleanup(
    workspace.onChange((change) => {
      if (change.kind === "all") {
        setHint(undefined);
        return;
      }
      const now = hint();
      for (const [sheet, touched] of change.touched) {
        const table = workspace.workbook.sheets.get(sheet);
        const idsOf = (rows: readonly number[]) => rows.map((row) => table?.ids[row] ?? "");
        if (now?.sheet === sheet) {
          const gone = idsOf(touched.deleted);
          if (gone.includes(now.id) || gone.includes(now.like.id)) setHint(undefined);
        }
        if (change.origin !== "local") continue;
        const typed = idsOf(touched.changed).find((id) => begun.has(id));
        if (typed !== undefined) later(typed);
      }
    }),
  );
  onCleanup(() => {
    clearTimeout(timer);
    for (const client of clients.values()) client.close();
  });

  function later(id: string): void {
    clearTimeout(timer);
    timer = setTimeout(() => void look(id), PAUSE_MS);
  }

  async function look(id: string): Promise<void> {
    const sheet = begun.get(id);
    if (sheet === undefined) return;
    let client = clients.get(sheet);
    if (client === undefined) clients.set(sheet, (client = makeLikenessClient(workspace, sheet)));
    const like = await client.like(id);
    if (like === undefined || waved.has(`${id} ${like.id}`)) {
      if (hint()?.id === id) setHint(undefined);
      return;
    }
    setHint({ sheet, id, like });
  }

  const table = () => {
    workspace.version();
    return workspace.workbook.sheets.get(hint()?.sheet ?? "");
  };
  const noun = () => table()?.sheet.singular ?? "record";
  const name = () => {
    const here = table();
    const row = here?.rowById.get(hint()?.like.id ?? "");
    return here === undefined || row === undefined ? "" : labelOf(here, row, workspace.locale());
  };
  /** "Email is the same: ana@acme.test; last changed on Monday by Bob". */
  const why = () => {
    const words = (hint()?.like.reasons ?? [])
      .filter(({ weight }) => weight > 0)
      .slice(0, MOST_REASONS)
      .map((reason) => reason.words);
    const last = lastChange();
    return [...words, ...(last === undefined ? [] : [last])].join(" · ");
  };

  function lastChange(): string | undefined {
    const here = table();
    const row = here?.rowById.get(hint()?.like.id ?? "");
    if (here === undefined || row === undefined) return undefined;
    const stamp = here.stamps.get(here.updated[row] as number);
    if (stamp === undefined) return undefined;
    const { locale, timeZone } = workspace.locale();
    const day = new Date(stamp.at).toLocaleDateString(locale, { dateStyle: "medium", timeZone });
    const who =
      stamp.actor === workspace.me().id
        ? "you"
        : workspace.members().find(({ user }) => user === stamp.actor)?.name;
    return `last changed on ${day}${who === undefined ? "" : ` by ${who}`}`;
  }

  function useIt(): void {
    const now = hint();
    const here = table();
    if (now === undefined || here === undefined) return;
    const label = `Used ${name()} instead of a new ${noun()}`;
    const operations = useInstead(here, now.id, now.like.id);
    setHint(undefined);
    if (operations.length === 0) return;
    const sent = workspace.commit(operations, label, { source: "grid" });
    if (sent === undefined) return;
    begun.delete(now.id);
    props.shell.openRecord(now.sheet, now.like.id);
    toastWithUndo(workspace, label, sent.id, "What you typed has filled its empty cells.");
  }

  return (
    <Show when={hint()}>
      {(now) => (
        <div
          class={styles.root}
          role="status"
          aria-label="It may be there already"
          data-narrow={props.shell.narrow() ? "" : undefined}
        >
          <UsersRound size={17} aria-hidden={true} />
          <p>
            Looks like a {noun()} you have: <b>{name()}</b>
            <small>{why()}</small>
          </p>
          <div class={styles.actions}>
            <Button size="small" onClick={() => props.shell.openRecord(now().sheet, now().like.id)}>
              Open
            </Button>
            <Button size="small" variant="primary" onClick={useIt}>
              Use it
            </Button>
            <IconButton
              icon={X}
              size="small"
              label={`It is another ${noun()}`}
              onClick={() => {
                waved.add(`${now().id} ${now().like.id}`);
                setHint(undefined);
              }}
            />
          </div>
        </div>
      )}
    </Show>
  );
}
