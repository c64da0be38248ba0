// @vitest-environment happy-dom
import { cleanup, render, screen } from "@solidjs/testing-library";
import { createSignal, Show } from "solid-js";
import { afterEach, describe, expect, test } from "vitest";
import { Popover } from "./popover.tsx";

afterEach(cleanup);

function show() {
  const [open, setOpen] = createSignal(false);
  render(() => (
    <>
      <button>Opener</button>
      <button>Elsewhere</button>
      <Show when={open()}>
        <Popover label="Form" anchor={new DOMRect()} onClose={() => setOpen(false)}>
          <input aria-label="Name" />
        </Popover>
      </Show>
    </>
  ));
  screen.getByText("Opener").focus();
  setOpen(true);
  return () => setOpen(false);
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
