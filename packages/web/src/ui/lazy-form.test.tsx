// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from "@solidjs/testing-library";
import { createSignal, onMount, Show, type Component } from "solid-js";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Dialog } from "./dialog.tsx";
import { lazyForm } from "./lazy-form.tsx";
import { Toasts } from "./toast.tsx";

interface Props {
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly onSubmit: () => void;
  readonly onClose: () => void;
}

/** As forms here are: the field has the focus as soon as it is drawn, what is in it is selected. */
const NameForm: Component<Props> = (props) => {
  let field!: HTMLInputElement;
  onMount(() => {
    field.focus();
    field.select();
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        props.onSubmit();
      }}
    >
      <input
        ref={field}
        aria-label="Name"
        maxLength={9}
        value={props.value}
        onInput={(event) => props.onInput(event.currentTarget.value)}
      />
    </form>
  );
};

describe("lazyForm", () => {
  let arrive: (form?: Component<Props>) => Promise<void>;
  let fail: () => Promise<void>;
  let preload: () => void;
  const asked = vi.fn();
  const submitted = vi.fn();
  const elsewhere = vi.fn();
  const [open, setOpen] = createSignal(false);
  const [value, setValue] = createSignal("");

  beforeEach(() => {
    vi.useFakeTimers();
    for (const spy of [asked, submitted, elsewhere]) spy.mockReset();
    setValue("");
    const Form = lazyForm<Props>(() => {
      asked();
      return new Promise((resolve, reject) => {
        arrive = async (form = NameForm) => {
          resolve(form);
          await vi.advanceTimersByTimeAsync(0);
        };
        fail = async () => {
          reject(new TypeError("Failed to fetch dynamically imported module"));
          await vi.advanceTimersByTimeAsync(0);
        };
      });
    });
    preload = () => Form.preload();
    render(() => (
      <>
        <button onClick={elsewhere} onKeyDown={elsewhere}>
          Open
        </button>
        <Show when={open()}>
          <Form
            value={value()}
            onInput={setValue}
            onSubmit={() => {
              submitted(value());
              setOpen(false);
            }}
            onClose={() => setOpen(false)}
          />
        </Show>
        <Toasts />
      </>
    ));
    screen.getByText("Open").focus();
    setOpen(true);
  });
  afterEach(async () => {
    setOpen(false);
    // Toasts are of the whole page.
    await vi.advanceTimersByTimeAsync(20_000);
    vi.useRealTimers();
    cleanup();
  });

  const press = (key: string, how: KeyboardEventInit = {}) =>
    fireEvent.keyDown(document.activeElement!, { key, ...how });
  const type = (text: string) => [...text].forEach((key) => press(key));
  const field = () => screen.getByLabelText<HTMLInputElement>("Name");

  test("puts what is typed before it is there into its field, and nothing into what had the focus", async () => {
    setValue("Before");
    type("en ");
    expect(elsewhere).not.toHaveBeenCalled();
    await arrive();
    expect([field().value, value()]).toEqual(["en ", "en "]);
    press("x");
    expect(elsewhere).not.toHaveBeenCalled();
    expect(field().value).toBe("en ");
  });

  test("Backspace takes away, Enter submits, and only once", async () => {
    type("Ann");
    press("Backspace");
    press("Enter");
    press("Enter");
    await arrive();
    expect(submitted.mock.calls).toEqual([["An"]]);
    expect(open()).toBe(false);
  });

  test("Backspace first takes away what is selected", async () => {
    setValue("Before");
    press("Backspace");
    await arrive();
    expect(value()).toBe("");
  });

  test("an Enter still held down from opening it does not submit", async () => {
    press("Enter", { repeat: true });
    await arrive();
    expect(submitted).not.toHaveBeenCalled();
    expect(elsewhere).not.toHaveBeenCalled();
  });

  test("takes no more than the field takes", async () => {
    type("Bartholomew");
    await arrive();
    expect(value()).toBe("Bartholom");
  });

  test("Escape gives up, and the form does not come later", async () => {
    type("en");
    press("Escape");
    expect(open()).toBe(false);
    await arrive();
    expect(screen.queryByLabelText("Name")).toBeNull();
    press("x");
    expect(elsewhere).toHaveBeenCalledOnce();
  });

  test("combinations and keys that move go where they went", () => {
    press("c", { ctrlKey: true });
    press("c", { metaKey: true });
    press("ArrowDown");
    press("Tab");
    expect(elsewhere).toHaveBeenCalledTimes(4);
  });

  test("a press of the pointer elsewhere drops what was typed", async () => {
    type("en");
    fireEvent.pointerDown(document.body);
    press("x");
    expect(elsewhere).toHaveBeenCalledOnce();
    await arrive();
    expect(field().value).toBe("");
  });

  test("where no text field takes the focus, keys are free again shortly after", async () => {
    type("en");
    await arrive((props) => (
      <Dialog title="No fields" onClose={() => props.onClose()} children="" />
    ));
    await vi.advanceTimersByTimeAsync(600);
    screen.getByText("Open").focus();
    press("x");
    expect(elsewhere).toHaveBeenCalledOnce();
  });

  test("where a button takes the focus, it can be pressed at once", async () => {
    const pressed = vi.fn();
    const Buttons: Component<Props> = () => {
      let button!: HTMLButtonElement;
      onMount(() => button.focus());
      return <button ref={button} onKeyDown={pressed} />;
    };
    await arrive(Buttons);
    await vi.advanceTimersByTimeAsync(50);
    fireEvent.keyDown(document.activeElement as Element, { key: "Enter" });
    expect(pressed).toHaveBeenCalledTimes(1);
  });

  test("waits for a field that takes the focus a little later", async () => {
    type("en");
    await arrive((props) => {
      let late!: HTMLInputElement;
      onMount(() => setTimeout(() => late.focus(), 50));
      return (
        <input
          ref={late}
          aria-label="Name"
          onInput={(event) => props.onInput(event.currentTarget.value)}
        />
      );
    });
    type("d");
    await vi.advanceTimersByTimeAsync(60);
    expect(value()).toBe("end");
  });

  test("says when it cannot be loaded, lets the keys go, and tries again when it is opened again", async () => {
    type("en");
    await fail();
    expect(open()).toBe(false);
    screen.getByText(/could not be loaded/);
    press("x");
    expect(elsewhere).toHaveBeenCalledOnce();
    setOpen(true);
    expect(asked).toHaveBeenCalledTimes(2);
    type("again");
    await arrive();
    expect(value()).toBe("again");
  });

  test("does not wait for ever", async () => {
    type("en");
    await vi.advanceTimersByTimeAsync(15_000);
    expect(open()).toBe(false);
    screen.getByText(/takes too long/);
    press("x");
    expect(elsewhere).toHaveBeenCalledOnce();
  });

  test("is there at once when it was loaded before", async () => {
    preload();
    await arrive();
    setOpen(false);
    setOpen(true);
    expect(document.activeElement).toBe(field());
    expect(asked).toHaveBeenCalledOnce();
  });
});
