import { createSignal, onCleanup, type Accessor } from "solid-js";

/** Whether a media query holds, kept current. */
export function createMedia(query: string): Accessor<boolean> {
  const list = window.matchMedia(query);
  const [holds, setHolds] = createSignal(list.matches);
  const update = () => setHolds(list.matches);
  list.addEventListener("change", update);
  onCleanup(() => list.removeEventListener("change", update));
  return holds;
}
