// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from "@solidjs/testing-library";
import { afterEach, describe, expect, test, vi } from "vitest";
import { matches, offerCommands } from "./commands.ts";
import { Palette, score } from "./palette.tsx";

afterEach(cleanup);

describe("score", () => {
  test("every typed word must begin a word of the text", () => {
    expect(score("imp", "Import a file")).toBeGreaterThan(0);
    expect(score("file imp", "Import a file")).toBeGreaterThan(0);
    expect(score("port", "Import a file")).toBe(0);
    expect(score("a.b", "Import a file")).toBe(0);
  });

  test("the beginning of the text counts most", () => {
    expect(score("con", "Contacts")).toBeGreaterThan(score("con", "Rename Contacts"));
  });
});

describe("Palette", () => {
  function show(run: () => void, close = () => {}) {
    render(() => {
      offerCommands(() => [
        { id: "a", label: "Contacts", group: "Go to", run: () => {} },
        { id: "b", label: "Import a file", group: "Sheet", words: "csv excel", run },
        { id: "c", label: "Hidden", group: "Sheet", enabled: () => false, run: () => {} },
      ]);
      return <Palette onClose={close} />;
    });
    return screen.getByRole("combobox", { hidden: true });
  }

  test("finds a command by other words too and runs it on Enter", () => {
    const run = vi.fn();
    const close = vi.fn();
    const input = show(run, close);
    expect(screen.queryByText("Hidden")).toBeNull();
    fireEvent.input(input, { target: { value: "excel" } });
    expect(screen.getAllByRole("option", { hidden: true })).toHaveLength(1);
    fireEvent.keyDown(input, { key: "Enter" });
    expect(run).toHaveBeenCalledOnce();
    expect(close).toHaveBeenCalledOnce();
  });

  test("says so when there is nothing", () => {
    const input = show(() => {});
    fireEvent.input(input, { target: { value: "zebra" } });
    const none = screen.getByText(/Nothing is called/);
    expect(none.getAttribute("role")).toBe("status");
    expect(none.closest("[role=listbox]")).toBeNull();
  });
});

describe("matches", () => {
  const event = (init: KeyboardEventInit) => new KeyboardEvent("keydown", init);

  test("tells combinations apart", () => {
    expect(matches(event({ key: "k", ctrlKey: true }), "Ctrl+K")).toBe(true);
    expect(matches(event({ key: "k" }), "Ctrl+K")).toBe(false);
    expect(matches(event({ key: "Z", ctrlKey: true, shiftKey: true }), "Ctrl+Shift+Z")).toBe(true);
    expect(matches(event({ key: "Z", ctrlKey: true, shiftKey: true }), "Ctrl+Z")).toBe(false);
  });

  test("takes a sign as it is typed, with Shift or without", () => {
    expect(matches(event({ key: "?", shiftKey: true }), "?")).toBe(true);
    expect(matches(event({ key: "/" }), "/")).toBe(true);
  });
});
