// @vitest-environment happy-dom
import { Route, Router } from "@solidjs/router";
import { cleanup, fireEvent, render, screen, waitFor } from "@solidjs/testing-library";
import { afterEach, describe, expect, test, vi } from "vitest";
import { safeReturn } from "./sign-in.tsx";
import { SignUp, workspaceName } from "./sign-up.tsx";

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  localStorage.clear();
});

async function fill(values: Record<string, string>): Promise<void> {
  window.history.replaceState(null, "", "/sign-up");
  render(() => (
    <Router>
      <Route path="/sign-up" component={SignUp} />
      <Route path="/w/:id" component={() => <p>Inside</p>} />
    </Router>
  ));
  await screen.findByText("Create account");
  for (const [name, value] of Object.entries(values)) {
    fireEvent.input(document.querySelector(`[name=${name}]`)!, { target: { value } });
  }
  fireEvent.submit(document.querySelector("form")!);
}

describe("SignUp", () => {
  test("says what is missing and goes to the first wrong field, without asking the server", async () => {
    const fetch = vi.fn();
    vi.stubGlobal("fetch", fetch);
    await fill({ name: "Grace", email: "grace", password: "short" });
    expect(screen.getAllByRole("alert").map((alert) => alert.textContent)).toEqual([
      expect.stringContaining("does not look like an e-mail"),
      "Use at least 8 characters.",
    ]);
    expect(document.activeElement?.getAttribute("name")).toBe("email");
    expect(fetch).not.toHaveBeenCalled();
  });

  test("makes the account and a workspace with this browser's region, and opens it", async () => {
    const asked: { path: string; body: Record<string, string> }[] = [];
    vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
      asked.push({ path, body: JSON.parse(String(init.body)) as Record<string, string> });
      return path === "/api/workspaces"
        ? Response.json({ id: "w1" }, { status: 201 })
        : Response.json({ user: { id: "u1", name: "Grace Hopper", email: "grace@navy.test" } });
    });
    await fill({ name: "Grace Hopper", email: " grace@navy.test ", password: "long enough" });
    await screen.findByText("Inside");
    expect(asked[0]?.body).toMatchObject({ name: "Grace Hopper", email: "grace@navy.test" });
    expect(asked[1]?.body).toMatchObject({ name: "Grace's workspace" });
    expect(Object.keys(asked[1]?.body ?? {}).sort()).toEqual([
      "country",
      "currency",
      "locale",
      "name",
      "timeZone",
    ]);
  });

  test("tells at the e-mail when there is an account with it", async () => {
    vi.stubGlobal("fetch", async () =>
      Response.json(
        { type: "urn:gridfolk:problem:invalid-values", detail: "User already exists." },
        { status: 422 },
      ),
    );
    await fill({ name: "Grace", email: "grace@navy.test", password: "long enough" });
    await waitFor(() => expect(screen.getByRole("alert").textContent).toContain("Sign in instead"));
  });
});

test("a workspace is named after the first name", () => {
  expect(workspaceName("  Grace Hopper ")).toBe("Grace's workspace");
  expect(workspaceName("")).toBe("My workspace");
});

test("after sign-in one returns only to places of ours", () => {
  expect(safeReturn("/w/1/contacts")).toBe("/w/1/contacts");
  for (const bad of ["https://evil.test", "//evil.test", "/\\evil.test", undefined]) {
    expect(safeReturn(bad)).toBe("/");
  }
});
