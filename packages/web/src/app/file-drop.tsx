import FileDown from "lucide-solid/icons/file-down";
import { createSignal, onCleanup, Show } from "solid-js";
import { Portal } from "solid-js/web";
import styles from "./file-drop.module.css";

/** Files can be dropped anywhere on the window; while they hover, it says what will happen. */
export function FileDrop(props: { onFiles: (files: File[]) => void }) {
  const [over, setOver] = createSignal(false);
  // Entering a child leaves its parent: counting tells when the window is really left.
  let depth = 0;
  const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
  const inDialog = () => document.querySelector("dialog[open]") !== null;
  const enter = (event: DragEvent) => {
    if (!hasFiles(event) || inDialog()) return;
    depth += 1;
    setOver(true);
  };
  const leave = (event: DragEvent) => {
    if (!hasFiles(event)) return;
    depth = Math.max(0, depth - 1);
    if (depth === 0) setOver(false);
  };
  const hover = (event: DragEvent) => {
    if (hasFiles(event) && !inDialog()) event.preventDefault();
  };
  const drop = (event: DragEvent) => {
    depth = 0;
    setOver(false);
    if (!hasFiles(event) || event.defaultPrevented || inDialog()) return;
    event.preventDefault();
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length > 0) props.onFiles(files);
  };
  window.addEventListener("dragenter", enter);
  window.addEventListener("dragleave", leave);
  window.addEventListener("dragover", hover);
  window.addEventListener("drop", drop);
  onCleanup(() => {
    window.removeEventListener("dragenter", enter);
    window.removeEventListener("dragleave", leave);
    window.removeEventListener("dragover", hover);
    window.removeEventListener("drop", drop);
  });
  return (
    <Show when={over()}>
      <Portal>
        <div class={styles.root}>
          <div>
            <FileDown size={40} aria-hidden={true} />
            Drop to import
          </div>
        </div>
      </Portal>
    </Show>
  );
}
