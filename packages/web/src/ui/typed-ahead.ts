/** What was typed for a form that is still on its way. One of the two ends it; calling either again does nothing. */
export interface TypedAhead {
  /**
   * The form is drawn: its field gets what was typed as soon as it has the focus, with the events of typing. Where something
   * else takes the focus, or nothing, what was typed is dropped.
   */
  handOver(): void;
  /** There will be no form: keys mean again what they meant. */
  drop(): void;
}

/** How long a drawn form may take to take the focus. */
const FOCUS_WITHIN_MS = 500;
/** How long it may take to hand the focus on from what is no field. */
const FIELD_FOLLOWS_WITHIN_MS = 50;
const TEXT =
  "textarea, input:not([type=checkbox], [type=radio], [type=button], [type=submit], [type=file], [type=color], [type=range])";

type Text = HTMLInputElement | HTMLTextAreaElement;

/**
 * Keeps what is typed from now on, which the element that has the focus would take for something else or lose: signs,
 * Backspace and Enter are kept, Escape calls `onGiveUp`. Combinations and all other keys go their way. A press of the
 * pointer says that the person has gone elsewhere, and drops everything.
 */
export function holdTyping(onGiveUp: () => void): TypedAhead {
  const keys: string[] = [];
  const before = document.activeElement;
  let ended = false;
  let waiting: ReturnType<typeof setTimeout> | undefined;

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing || !isTyped(event)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (event.key === "Escape") {
      end();
      onGiveUp();
      return;
    }
    // A key still down from opening the form answers nothing in it.
    if (event.key !== "Enter" || !event.repeat) keys.push(event.key);
  };
  // A button is pressed when Space comes up.
  const onKeyUp = (event: KeyboardEvent) => {
    if (event.key === " ") event.preventDefault();
  };
  /** From the moment the form is drawn. */
  const onFocus = () => {
    const { activeElement } = document;
    if (isText(activeElement)) finish();
    else if (activeElement !== before && activeElement !== document.body) {
      // A button or a list of the form: for that, keys are free again, but for a field that follows at once.
      clearTimeout(waiting);
      waiting = setTimeout(end, FIELD_FOLLOWS_WITHIN_MS);
    }
  };
  const isOver = () => ended;
  function end(): void {
    ended = true;
    clearTimeout(waiting);
    window.removeEventListener("keydown", onKeyDown, true);
    window.removeEventListener("keyup", onKeyUp, true);
    window.removeEventListener("pointerdown", end, true);
    window.removeEventListener("focusin", onFocus, true);
  }
  function finish(): void {
    end();
    replay(keys);
  }

  window.addEventListener("keydown", onKeyDown, true);
  window.addEventListener("keyup", onKeyUp, true);
  window.addEventListener("pointerdown", end, true);
  return {
    handOver() {
      if (ended) return;
      onFocus();
      if (isOver()) return;
      window.addEventListener("focusin", onFocus, true);
      waiting ??= setTimeout(end, FOCUS_WITHIN_MS);
    },
    drop: end,
  };
}

/** Whether a key is part of what one types, on any keyboard: AltGr makes signs and says that Ctrl and Alt are down. */
function isTyped(event: KeyboardEvent): boolean {
  if ((event.ctrlKey || event.altKey) && !event.getModifierState("AltGraph")) return false;
  if (event.metaKey) return false;
  return [...event.key].length === 1 || ["Backspace", "Enter", "Escape"].includes(event.key);
}

function isText(element: Element | null): element is Text {
  return element !== null && element.matches(TEXT);
}

/** Each key goes to the text field that has the focus when its turn comes: Enter may have moved it. */
function replay(keys: readonly string[]): void {
  for (const key of keys) {
    const field = document.activeElement;
    if (!isText(field)) return;
    if (key === "Enter") enter(field);
    else insert(field, key === "Backspace" ? undefined : key);
  }
}

function enter(field: Text): void {
  const asked = field.dispatchEvent(
    new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true, composed: true }),
  );
  if (!asked) return;
  if (field instanceof HTMLTextAreaElement) insert(field, "\n");
  else field.form?.requestSubmit();
}

/** Puts a sign where the caret is, in place of what is selected; without a sign takes away what Backspace does. */
function insert(field: Text, sign: string | undefined): void {
  const { value } = field;
  // Fields of numbers and of e-mail addresses do not tell where their caret is: it is at the end.
  const from = field.selectionStart ?? value.length;
  const to = field.selectionEnd ?? value.length;
  const start =
    sign === undefined && from === to
      ? from - (/.$/su.exec(value.slice(0, from))?.[0].length ?? 0)
      : from;
  const next = value.slice(0, start) + (sign ?? "") + value.slice(to);
  if (field.maxLength >= 0 && next.length > field.maxLength && sign !== undefined) return;
  const caret = start + (sign?.length ?? 0);
  field.value = next;
  if (field.selectionStart !== null) field.setSelectionRange(caret, caret);
  field.dispatchEvent(
    new InputEvent("input", {
      bubbles: true,
      composed: true,
      inputType: sign === undefined ? "deleteContentBackward" : "insertText",
      data: sign ?? null,
    }),
  );
}
