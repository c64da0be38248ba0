// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from "@solidjs/testing-library";
import { afterEach, describe, expect, test, vi } from "vitest";
import { Button } from "./button.tsx";
import { MenuButton, type MenuItem } from "./menu.tsx";

afterEach(cleanup);

function show(items: readonly MenuItem[]): HTMLElement {
  render(() => (
    <MenuButton items={items} label="Column">
      {(trigger) => <Button {...trigger}>Open</Button>}
    </MenuButton>
  ));
  const button = screen.getByText("Open");
  button.focus();
  fireEvent.click(button);
  return button;
}

const press = (key: string) => fireEvent.keyDown(document.activeElement!, { key });
const focused = () => document.activeElement?.textContent?.trim();

describe("MenuButton", () => {
  test("opens with the first entry focused; arrows go round and leave out what is disabled", () => {
    const button = show([{ label: "One" }, { label: "Two", disabled: true }, { label: "Three" }]);
    expect(button.getAttribute("aria-expanded")).toBe("true");
    expect(screen.getByRole("menu").getAttribute("aria-label")).toBe("Column");
    expect(focused()).toBe("One");
    press("ArrowDown");
    expect(focused()).toBe("Three");
    press("ArrowDown");
    expect(focused()).toBe("One");
    press("End");
    expect(focused()).toBe("Three");
  });

  test("typing goes to the entry that begins with it", () => {
    show([{ label: "Rename" }, { label: "Retype" }, { label: "Hide" }]);
    press("h");
    expect(focused()).toBe("Hide");
  });

  test("Escape closes and gives the focus back", () => {
    const button = show([{ label: "One" }]);
    press("Escape");
    expect(screen.queryByRole("menu")).toBeNull();
    expect(document.activeElement).toBe(button);
  });

  test("it hangs in the landmark of its button, where it takes no room", () => {
    render(() => (
      <header>
        <MenuButton items={[{ label: "One" }]} label="Column">
          {(trigger) => <Button {...trigger}>Open</Button>}
        </MenuButton>
      </header>
    ));
    fireEvent.click(screen.getByText("Open"));
    const menu = screen.getByRole("menu");
    expect(menu.parentElement?.parentElement?.tagName).toBe("HEADER");
    expect(menu.parentElement?.style.display).toBe("contents");
  });

  test("choosing closes first and runs then, so that what it opens keeps the focus", () => {
    const run = vi.fn(() => expect(screen.queryByRole("menu")).toBeNull());
    show([{ label: "One", run }]);
    fireEvent.click(screen.getByText("One"));
    expect(run).toHaveBeenCalledOnce();
  });

  test("a list of things to tick stays open", () => {
    const run = vi.fn();
    show([{ label: "Phone", checked: true, stay: true, run }]);
    const entry = screen.getByRole("menuitemcheckbox");
    expect(entry.getAttribute("aria-checked")).toBe("true");
    fireEvent.click(entry);
    expect(run).toHaveBeenCalledOnce();
    expect(screen.queryByRole("menu")).not.toBeNull();
  });

  test("a submenu opens by the arrow and closes by the other", () => {
    show([{ label: "More", items: [{ label: "Inner" }] }]);
    press("ArrowRight");
    expect(focused()).toBe("Inner");
    press("ArrowLeft");
    expect(focused()).toBe("More");
    expect(screen.getAllByRole("menu")).toHaveLength(1);
  });

  test("a click elsewhere closes", () => {
    show([{ label: "One" }]);
    fireEvent.pointerDown(document.body);
    expect(screen.queryByRole("menu")).toBeNull();
  });
});
