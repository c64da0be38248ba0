import CircleAlert from "lucide-solid/icons/circle-alert";
import X from "lucide-solid/icons/x";
import { createEffect, createSignal, For, Show } from "solid-js";
import styles from "./toast.module.css";

export interface ToastAction {
  readonly label: string;
  readonly run: () => void;
}

export interface Toast {
  readonly text: string;
  readonly detail?: string | undefined;
  /** Of the request that failed: shown small, to be copied for whoever looks into it. */
  readonly requestId?: string | undefined;
  /** Something went wrong: stays longer and is announced at once. */
  readonly problem?: boolean;
  readonly action?: ToastAction;
  /** What else can be done about it, before the main action. */
  readonly also?: readonly ToastAction[];
  /** Replaces a toast with the same key. */
  readonly key?: string;
  readonly durationMs?: number;
}

interface Shown extends Toast {
  readonly id: number;
}

const [toasts, setToasts] = createSignal<readonly Shown[]>([]);
/** What was done last, and that it was undone, take each other's place: an Undo that is through is offered no more. */
export const CHANGE = "change";
const MOST = 3;
let last = 0;

/** Tells what just happened, with Undo or another action. Returns the function that takes it away. */
export function showToast(toast: Toast): () => void {
  const id = ++last;
  const hide = () => setToasts((all) => all.filter((other) => other.id !== id));
  setToasts((all) => {
    const rest = toast.key === undefined ? all : all.filter((other) => other.key !== toast.key);
    return [...rest, { ...toast, id }].slice(-MOST);
  });
  const duration =
    toast.durationMs ?? (toast.problem || toast.also ? 12_000 : toast.action ? 8_000 : 4_000);
  const wait = () => {
    // Not while the pointer or the focus is on it: nobody should have to race for "Undo".
    const page = typeof document === "undefined" ? undefined : document;
    const element = page?.querySelector(`[data-toast="${id}"]`);
    if (element?.matches(":hover, :focus-within")) setTimeout(wait, 1_000);
    else hide();
  };
  setTimeout(wait, duration);
  return hide;
}

/** The toast stays while the button has the focus, and says in place that the id is copied. */
function CopyId(props: { id: string }) {
  const [said, setSaid] = createSignal("Copy id");
  const copy = () =>
    void navigator.clipboard.writeText(props.id).then(
      () => setSaid("Copied"),
      () => setSaid("Not copied"),
    );
  return (
    <button type="button" onClick={copy}>
      {said()}
    </button>
  );
}

/** Where toasts appear; once in the app. */
export function Toasts() {
  let region!: HTMLDivElement;
  createEffect(() => {
    if (toasts().length === 0) return;
    // Shown anew each time, to lie above a dialog opened since.
    region.hidePopover?.();
    region.showPopover?.();
  });
  return (
    <div ref={region} class={styles.region} popover="manual" role="region" aria-label="Messages">
      <For each={toasts()}>
        {(toast) => (
          <div class={styles.root} data-toast={toast.id} role={toast.problem ? "alert" : "status"}>
            <Show when={toast.problem}>
              <CircleAlert size={16} aria-hidden={true} />
            </Show>
            <div class={styles.text}>
              {toast.text}
              <Show when={toast.detail}>
                <small>{toast.detail}</small>
              </Show>
              <Show when={toast.requestId}>{(id) => <small>Request {id()}</small>}</Show>
            </div>
            <Show when={toast.requestId}>{(id) => <CopyId id={id()} />}</Show>
            <For each={[...(toast.also ?? []), ...(toast.action ? [toast.action] : [])]}>
              {(action) => (
                <button
                  type="button"
                  onClick={() => {
                    setToasts((all) => all.filter((other) => other.id !== toast.id));
                    action.run();
                  }}
                >
                  {action.label}
                </button>
              )}
            </For>
            <button
              type="button"
              data-close=""
              aria-label="Dismiss"
              onClick={() => setToasts((all) => all.filter((other) => other.id !== toast.id))}
            >
              <X size={15} />
            </button>
          </div>
        )}
      </For>
    </div>
  );
}
