import { createSignal } from "solid-js";

export type Theme = "light" | "dark" | "system";

const KEY = "gridfolk:theme";

const stored = typeof localStorage === "undefined" ? null : localStorage.getItem(KEY);
const [theme, setSignal] = createSignal<Theme>(
  stored === "light" || stored === "dark" ? stored : "system",
);

/** Chosen per browser; `index.html` applies it before the first paint. */
export { theme };

export function setTheme(next: Theme): void {
  setSignal(next);
  if (next === "system") {
    localStorage.removeItem(KEY);
    delete document.documentElement.dataset["theme"];
  } else {
    localStorage.setItem(KEY, next);
    document.documentElement.dataset["theme"] = next;
  }
}
