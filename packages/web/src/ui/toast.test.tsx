// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from "@solidjs/testing-library";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { showToast, Toasts } from "./toast.tsx";

beforeEach(() => {
  vi.useFakeTimers();
  // Toasts of tests before, in other files, may still be there: three new ones push them out.
  const hide = [1, 2, 3].map(() => showToast({ text: "" }));
  for (const each of hide) each();
});
afterEach(() => {
  vi.runAllTimers();
  vi.useRealTimers();
  cleanup();
});

describe("showToast", () => {
  test("offers its action once, and goes with it", () => {
    render(() => <Toasts />);
    const run = vi.fn();
    showToast({ text: "3 rows deleted", action: { label: "Undo", run } });
    fireEvent.click(screen.getByText("Undo"));
    expect(run).toHaveBeenCalledOnce();
    expect(screen.queryByText("3 rows deleted")).toBeNull();
  });

  test("goes by itself; a problem stays longer and is announced at once", () => {
    render(() => <Toasts />);
    showToast({ text: "Saved" });
    showToast({ text: "Not saved", problem: true });
    expect(screen.getByRole("alert").textContent).toContain("Not saved");
    vi.advanceTimersByTime(5_000);
    expect(screen.queryByText("Saved")).toBeNull();
    expect(screen.queryByText("Not saved")).not.toBeNull();
    vi.advanceTimersByTime(10_000);
    expect(screen.queryByText("Not saved")).toBeNull();
  });

  test("a failure of the server shows the id of its request, to be copied", async () => {
    render(() => <Toasts />);
    const writeText = vi.fn(() => Promise.resolve());
    vi.stubGlobal("navigator", { clipboard: { writeText } });
    showToast({ text: "Something went wrong here", problem: true, requestId: "the-id" });
    expect(screen.getByRole("alert").textContent).toContain("Request the-id");
    fireEvent.click(screen.getByText("Copy id"));
    await vi.advanceTimersByTimeAsync(0);
    expect(writeText).toHaveBeenCalledWith("the-id");
    expect(screen.queryByText("Copied")).not.toBeNull();
    vi.unstubAllGlobals();
  });

  test("one with the same key takes the place of the other, and there are never more than three", () => {
    render(() => <Toasts />);
    showToast({ text: "Undone: a", key: "undone" });
    showToast({ text: "Undone: b", key: "undone" });
    expect(screen.queryByText("Undone: a")).toBeNull();
    for (const text of ["one", "two", "three"]) showToast({ text });
    expect(screen.getAllByRole("status")).toHaveLength(3);
    expect(screen.queryByText("Undone: b")).toBeNull();
  });
});
