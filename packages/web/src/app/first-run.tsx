import ClipboardPaste from "lucide-solid/icons/clipboard-paste";
import FileSpreadsheet from "lucide-solid/icons/file-spreadsheet";
import Sparkles from "lucide-solid/icons/flask-conical";
import Table from "lucide-solid/icons/table-2";
import { createSignal, onCleanup } from "solid-js";
import { Button } from "../ui/button.tsx";
import { showProblem } from "../ui/problem.ts";
import { showToast } from "../ui/toast.tsx";
import { addSample } from "./sample.ts";
import type { Shell } from "./shell.ts";
import { begin } from "./untouched.ts";
import styles from "./first-run.module.css";

/** The first minute: drop a spreadsheet here, or paste, start empty, try with sample data. */
export function FirstRun(props: { shell: Shell }) {
  const [busy, setBusy] = createSignal(false);
  let picker!: HTMLInputElement;

  const go = () => {
    const { workspace } = props.shell;
    begin(workspace);
    const first = workspace.sheets().find(({ key }) => key === "contacts") ?? workspace.sheets()[0];
    if (first) props.shell.goToSheet(first.key);
  };
  const onPaste = (event: ClipboardEvent) => {
    if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
    const files = [...(event.clipboardData?.files ?? [])];
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (files.length > 0) props.shell.openImport({ files });
    else if (text.trim()) props.shell.openImport({ text });
  };
  window.addEventListener("paste", onPaste);
  onCleanup(() => window.removeEventListener("paste", onPaste));

  const pasteFromButton = async () => {
    try {
      const text = await navigator.clipboard.readText();
      if (text.trim()) props.shell.openImport({ text });
      else showToast({ text: "The clipboard holds no rows. Copy them in your spreadsheet first." });
    } catch {
      showToast({ text: "Press Ctrl+V to paste the rows you copied." });
    }
  };
  const trySample = async () => {
    setBusy(true);
    try {
      if (await addSample(props.shell.workspace)) go();
    } catch (error) {
      showProblem(error);
    } finally {
      setBusy(false);
    }
  };

  return (
    <div class={styles.root}>
      <div class={styles.drop}>
        <div class={styles.badge} aria-hidden="true">
          <FileSpreadsheet size={28} />
        </div>
        <h1>Drop your spreadsheet here</h1>
        <p>
          Contacts, companies or deals, as Excel or CSV, however messy. You see what will happen
          first, and one click takes it back.
        </p>
        <input
          ref={picker}
          type="file"
          accept=".csv,.tsv,.txt,.xlsx,.vcf,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
          onChange={(event) => {
            const files = [...(event.currentTarget.files ?? [])];
            event.currentTarget.value = "";
            if (files.length > 0) props.shell.openImport({ files });
          }}
        />
        <Button variant="primary" size="large" onClick={() => picker.click()}>
          Choose a file
        </Button>
      </div>
      <div class={styles.others}>
        <button
          type="button"
          onClick={() => {
            void pasteFromButton();
          }}
        >
          <ClipboardPaste size={20} aria-hidden={true} />
          <b>Paste</b>
          <span>Rows copied from anywhere</span>
        </button>
        <button type="button" onClick={go}>
          <Table size={20} aria-hidden={true} />
          <b>Start empty</b>
          <span>Type the first contact yourself</span>
        </button>
        <button
          type="button"
          disabled={busy()}
          onClick={() => {
            void trySample();
          }}
        >
          <Sparkles size={20} aria-hidden={true} />
          <b>Try with sample data</b>
          <span>Removed again in one click</span>
        </button>
      </div>
    </div>
  );
}
