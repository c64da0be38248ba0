import { For } from "solid-js";
import { Dialog } from "../ui/dialog.tsx";
import { keysLabel } from "./commands.ts";
import styles from "./help.module.css";

const groups: readonly { title: string; keys: readonly (readonly [string, string])[] }[] = [
  {
    title: "Everywhere",
    keys: [
      ["Find a command", "Ctrl+K"],
      ["Search this sheet", "/, Ctrl+F"],
      ["Undo", "Ctrl+Z"],
      ["Redo", "Ctrl+Shift+Z"],
      ["History", "Ctrl+Alt+Shift+H"],
      ["These shortcuts", "Ctrl+/"],
    ],
  },
  {
    title: "Moving",
    keys: [
      ["To the next cell", "Arrows"],
      ["To the edge of the data", "Ctrl+Arrows"],
      ["First and last column", "Home, End"],
      ["First and last cell", "Ctrl+Home, Ctrl+End"],
      ["A screen up or down", "PageUp, PageDown"],
    ],
  },
  {
    title: "Editing",
    keys: [
      ["Edit the cell", "F2"],
      ["Replace the cell", "Start typing"],
      ["Save and go down", "Enter"],
      ["Save and go right", "Tab"],
      ["Give up the edit", "Esc"],
      ["Clear", "Delete"],
      ["Tick a checkbox", "Space"],
      ["Today's date", "Ctrl+;"],
      ["New line in long text", "Alt+Enter"],
    ],
  },
  {
    title: "Selecting",
    keys: [
      ["Extend the selection", "Shift+Arrows"],
      ["Extend to the edge", "Ctrl+Shift+Arrows"],
      ["Row, column", "Shift+Space, Ctrl+Space"],
      ["Everything", "Ctrl+A"],
    ],
  },
  {
    title: "Rows and columns",
    keys: [
      ["Open the record", "Space"],
      ["History of the cell", "Ctrl+Shift+H"],
      ["New row", "Ctrl++"],
      ["Delete rows", "Ctrl+-"],
      ["Menu of the row", "Shift+F10"],
      ["Menu of the column", "Alt+Shift+Down"],
      ["Filter", "Ctrl+Shift+L"],
      ["Shut and open a group", "Left, Right"],
    ],
  },
  {
    title: "Copying",
    keys: [
      ["Copy, cut, paste", "Ctrl+C, Ctrl+X, Ctrl+V"],
      ["Fill down", "Ctrl+D"],
      ["Fill right", "Ctrl+R"],
    ],
  },
];

export function Help(props: { onClose: () => void }) {
  return (
    <Dialog
      title="Keyboard shortcuts"
      size="wide"
      isText
      onClose={props.onClose}
      footer={
        <a class={styles.more} href="/third-party-notices.txt" target="_blank" rel="noopener">
          Open-source licences
        </a>
      }
    >
      <div class={styles.root}>
        <For each={groups}>
          {(group) => (
            <section>
              <h3>{group.title}</h3>
              <dl>
                <For each={group.keys}>
                  {([label, keys]) => (
                    <div>
                      <dt>{label}</dt>
                      <dd>
                        <For each={keys.split(", ")}>{(key) => <kbd>{keysLabel(key)}</kbd>}</For>
                      </dd>
                    </div>
                  )}
                </For>
              </dl>
            </section>
          )}
        </For>
      </div>
    </Dialog>
  );
}
