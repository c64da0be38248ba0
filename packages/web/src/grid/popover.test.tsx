// @vitest-environment happy-dom
import { cleanup, render, screen } from "@solidjs/testing-library";
import { createSignal, Show } from "solid-js";
import { afterEach, describe, expect, test } from "vitest";
import { Popover } from "./popover.tsx";

afterEach(cleanup);

function show() {
  const [open, setOpen] = createSignal<HTMLElement>();
  render(() => (
    <>
      <button>Opener</button>
      <button>Elsewhere</button>
      <Show when={open()}>
        {(trigger) => (
          // What is asked after the form is gone is not there any more, and would throw.
          <Popover
            label="Form"
            anchor={new DOMRect()}
            trigger={trigger()}
            onClose={() => setOpen(undefined)}
          >
            <input aria-label="Name" />
          </Popover>
        )}
      </Show>
    </>
  ));
  const opener = screen.getByText("Opener");
  opener.focus();
  setOpen(opener);
  return () => setOpen(undefined);
}

const settled = () => new Promise<void>((resolve) => queueMicrotask(resolve));

describe("a form beside what opened it", () => {
  test("gives the focus back when it closes with the focus in it, as a form that was filled in does", async () => {
    const close = show();
    expect(document.activeElement).toBe(screen.getByLabelText("Name"));
    close();
    await settled();
    expect(document.activeElement).toBe(screen.getByText("Opener"));
  });

  test("leaves the focus where somebody has put it meanwhile", async () => {
    const close = show();
    screen.getByText("Elsewhere").focus();
    close();
    await settled();
    expect(document.activeElement).toBe(screen.getByText("Elsewhere"));
  });
});
