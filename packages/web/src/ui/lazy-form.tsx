import { createSignal, onCleanup, Show, type Component, type JSX } from "solid-js";
import { Dynamic } from "solid-js/web";
import { makePart } from "./part.ts";
import { showProblem } from "./problem.ts";
import { holdTyping } from "./typed-ahead.ts";

export interface LazyForm<Props> {
  (props: Props): JSX.Element;
  /** Begins to load it: when something shows that it may be wanted soon. */
  preload(): void;
}

/** Longer than any connection takes that is worth waiting for. */
const LOADED_WITHIN_MS = 15_000;

/**
 * A form that takes the focus and is loaded when it is first opened. What is typed from then until it is there goes into
 * its field. When it cannot be loaded, that is said and `onClose` is called; opening it again tries again.
 */
export function lazyForm<Props extends { readonly onClose: () => void }>(
  load: () => Promise<Component<Props>>,
): LazyForm<Props> {
  const part = makePart(load);

  function Form(props: Props): JSX.Element {
    // A form never becomes another one while it is open.
    const here = part.now();
    // oxlint-disable-next-line solid/components-return-once
    if (here !== undefined) return <Dynamic component={here} {...props} />;
    const [form, setForm] = createSignal<Component<Props>>();
    let open = true;
    const typed = holdTyping(() => props.onClose());
    onCleanup(() => {
      open = false;
      typed.drop();
    });
    within(part.load(), LOADED_WITHIN_MS).then(
      (loaded) => {
        if (!open) return;
        setForm(() => loaded);
        typed.handOver();
      },
      (error: unknown) => {
        if (!open) return;
        typed.drop();
        showProblem(error);
        props.onClose();
      },
    );
    return (
      <Show when={form()}>{(component) => <Dynamic component={component()} {...props} />}</Show>
    );
  }
  return Object.assign(Form, { preload: () => part.preload() });
}

function within<Value>(work: Promise<Value>, timeoutMs: number): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(
        new Error(
          "This part of Gridfolk takes too long to load. Check the connection and try again.",
        ),
      );
    }, timeoutMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
