import Printer from "lucide-solid/icons/printer";
import { For, Show } from "solid-js";
import type { Finding } from "@gridfolk/core/import/health";
import { Button } from "../ui/button.tsx";
import { printReport } from "./print-report.ts";
import type { ImportSession } from "./session.ts";
import { counted } from "./words.ts";
import styles from "./wizard.module.css";

/** What is worth a look in the file before any of it is sent, in plain words; can be printed. */
export function HealthReport(props: { session: ImportSession }) {
  const session = props.session;
  const found = () => session.health();
  const print = (findings: readonly Finding[]) => {
    const file = session.file();
    if (file === undefined) return;
    printReport({
      title: file.name,
      lead: `${counted(file.dataRows, "row")} in ${counted(file.columns, "column")}. ${file.reason}`,
      findings,
    });
  };
  return (
    <Show
      when={found()}
      fallback={
        <Show when={(session.file()?.dataRows ?? 0) > 100_000}>
          <section class={styles.report} aria-label="Worth a look">
            <header>
              <p>A file of this size takes some seconds to be checked.</p>
              <Button size="small" onClick={() => void session.lookForProblems()}>
                Check this file
              </Button>
            </header>
          </section>
        </Show>
      }
    >
      {(findings) => (
        <section class={styles.report} aria-label="Worth a look">
          <header>
            <h3>{findings().length === 0 ? "Nothing to mend was found" : "Worth a look"}</h3>
            <Button size="small" icon={Printer} onClick={() => print(findings())}>
              Print
            </Button>
          </header>
          <Show when={findings().length > 0}>
            <p>
              None of this stops the import, and nothing was sent yet. Mend it in the file, or go
              on.
            </p>
            <ul>
              <For each={findings()}>
                {(finding) => (
                  <li>
                    <Show when={finding.column}>{(column) => <b>{column()}: </b>}</Show>
                    {finding.message}
                  </li>
                )}
              </For>
            </ul>
          </Show>
        </section>
      )}
    </Show>
  );
}

/** Says on a later step how much there is to look at, and leads back to it. */
export function HealthLink(props: { session: ImportSession }) {
  const many = () => props.session.health()?.length ?? 0;
  return (
    <Show when={many() > 0}>
      {" "}
      <button type="button" class={styles.link} onClick={() => void props.session.go("file")}>
        {counted(many(), "thing")} in this file {many() === 1 ? "is" : "are"} worth a look
      </button>
      .
    </Show>
  );
}
