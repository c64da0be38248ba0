// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from "@solidjs/testing-library";
import { createSignal } from "solid-js";
import { afterEach, expect, test } from "vitest";
import type { BesideChoice } from "@gridfolk/core/import/beside";
import { Beside } from "./beside.tsx";
import type { FileView } from "./messages.ts";
import type { ImportSession } from "./session.ts";

afterEach(cleanup);

/** The step as after reading a worksheet; `read` is what the worker answers: the same offers anew. */
function show() {
  const offers = () =>
    [
      {
        id: "fill",
        about: "fill",
        name: "Row colour",
        rows: 7,
        looks: [
          { key: "#ffff00", name: "Yellow", rows: 5 },
          { key: "#00b050", name: "Green", rows: 2 },
        ],
      },
    ] as const;
  const view = () =>
    ({
      tables: [{ label: "A", rows: 9, hidden: false }],
      table: 0,
      beside: {
        hidden: { rows: 23, filtered: true, columns: [] },
        leaveOut: {},
        looks: offers(),
        chosen: [],
      },
    }) as unknown as FileView;
  const [file, setFile] = createSignal(view());
  const [beside, setBeside] = createSignal<BesideChoice>({});
  const take = (part: BesideChoice) => setBeside({ ...beside(), ...part });
  const session = { beside, take } as unknown as ImportSession;
  render(() => <Beside session={session} file={file()} />);
  return { beside, read: () => setFile(view()) };
}

test("hidden rows are told with why, and left out and taken again by one click", () => {
  const { beside } = show();
  screen.getByText("23 hidden rows, filtered out in Excel");
  fireEvent.click(screen.getByText("Leave out"));
  expect(beside().leaveOut).toEqual({ rows: true });
  fireEvent.click(screen.getByText("Take them too"));
  expect(beside().leaveOut).toEqual({ rows: false });
});

test("colours are named one after the other while the file is read again", () => {
  const { beside, read } = show();
  fireEvent.click(screen.getByLabelText(/2 fill colours, 7 rows/));
  const yellow = screen.getByLabelText(/Yellow, 5 rows, means/);
  const green = screen.getByLabelText<HTMLInputElement>(/Green, 2 rows, means/);
  fireEvent.change(yellow, { target: { value: "Key customer" } });
  green.focus();
  read();
  // Whoever types on does so in the same field.
  expect(document.activeElement).toBe(green);
  expect(screen.getByLabelText(/Green, 2 rows, means/)).toBe(green);
  fireEvent.change(green, { target: { value: "" } });
  expect(beside().looks).toEqual([
    { id: "fill", name: "Row colour", names: { "#ffff00": "Key customer", "#00b050": "" } },
  ]);

  // Taken back and taken again, the names are still there.
  fireEvent.click(screen.getByLabelText(/2 fill colours, 7 rows/));
  expect(beside().looks).toEqual([]);
  fireEvent.click(screen.getByLabelText(/2 fill colours, 7 rows/));
  expect(beside().looks?.[0]?.names["#ffff00"]).toBe("Key customer");
});
