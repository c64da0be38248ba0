/** Names this tab among those of the same browser. */
export const thisTab = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) =>
  byte.toString(16).padStart(2, "0"),
).join("");

const PREFIX = "gridfolk:tab:";

// Held for as long as the tab lives; the browser lets go when it is closed or crashes.
if (typeof navigator !== "undefined" && navigator.locks)
  void navigator.locks.request(PREFIX + thisTab, () => new Promise(() => {}));

/** Other tabs that are open and take care of their own changes. Not known without the Web Locks API: then none. */
export async function liveTabs(): Promise<ReadonlySet<string>> {
  if (!navigator.locks) return new Set();
  const { held = [] } = await navigator.locks.query();
  return new Set(
    held
      .flatMap(({ name }) => (name?.startsWith(PREFIX) ? name.slice(PREFIX.length) : []))
      .filter((tab) => tab !== thisTab),
  );
}
