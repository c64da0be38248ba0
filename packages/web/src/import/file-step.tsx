import FileSpreadsheet from "lucide-solid/icons/file-spreadsheet";
import Upload from "lucide-solid/icons/upload";
import { createSignal, For, Match, Show, Switch } from "solid-js";
import { Button } from "../ui/button.tsx";
import { SelectField } from "../ui/field.tsx";
import { Notice } from "../ui/notice.tsx";
import { Progress } from "../ui/progress.tsx";
import type { FileView } from "./messages.ts";
import { HealthReport } from "./health-report.tsx";
import type { ImportSession } from "./session.ts";
import { StepFrame } from "./step.tsx";
import { bytes, count, counted } from "./words.ts";
import styles from "./wizard.module.css";

const encodings = [
  ["utf-8", "Unicode (UTF-8)"],
  ["utf-16le", "Unicode (UTF-16 LE)"],
  ["utf-16be", "Unicode (UTF-16 BE)"],
  ["windows-1252", "Western (Windows-1252)"],
  ["windows-1250", "Central European (Windows-1250)"],
  ["windows-1251", "Cyrillic (Windows-1251)"],
  ["macintosh", "Western (Mac)"],
  ["shift_jis", "Japanese (Shift JIS)"],
] as const;

const KINDS = { csv: "Text file", xlsx: "Excel workbook", vcard: "Contact cards" } as const;

const delimiters = [
  [",", "Comma ,"],
  [";", "Semicolon ;"],
  ["\t", "Tab"],
  ["|", "Bar |"],
] as const;

/** Chooses the file, and shows how it was read: worksheet, encoding, delimiter, the row that holds the names. */
export function FileStep(props: { session: ImportSession }) {
  return (
    <Switch fallback={<Drop session={props.session} />}>
      <Match when={props.session.file()}>
        {(file) => <Found session={props.session} file={file()} />}
      </Match>
      <Match when={props.session.busy()}>
        {(what) => (
          <StepFrame
            title={what()}
            lead="Nothing is changed before you have seen what will happen."
            actions={<Button onClick={() => props.session.cancel()}>Another file</Button>}
          >
            <Progress label="Looking for the table in it" />
          </StepFrame>
        )}
      </Match>
    </Switch>
  );
}

function Drop(props: { session: ImportSession }) {
  const [over, setOver] = createSignal(false);
  const [text, setText] = createSignal("");
  let input!: HTMLInputElement;

  const take = (files: FileList | null | undefined) => {
    const file = files?.[0];
    if (file) void props.session.start({ file });
  };

  return (
    <StepFrame
      title="Which file?"
      lead="CSV, TSV or Excel. Nothing is changed before you have seen what will happen."
    >
      <div
        class={styles.drop}
        data-over={over() ? "" : undefined}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          take(event.dataTransfer?.files);
        }}
      >
        <FileSpreadsheet size={36} aria-hidden={true} />
        <p>Drop your spreadsheet here</p>
        <Button variant="primary" icon={Upload} onClick={() => input.click()}>
          Choose a file
        </Button>
        <input
          ref={input}
          type="file"
          aria-label="Spreadsheet file"
          class="spoken"
          tabIndex={-1}
          accept=".csv,.tsv,.txt,.tab,.xlsx,.xlsm,.vcf,text/csv,text/tab-separated-values"
          onChange={(event) => {
            take(event.currentTarget.files);
            event.currentTarget.value = "";
          }}
        />
      </div>
      <label class={styles.paste}>
        <span>Or paste rows from a spreadsheet or an e-mail</span>
        <textarea
          rows={4}
          value={text()}
          placeholder={"Name\tEmail\tPhone"}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      <Show when={text().trim() !== ""}>
        <Button onClick={() => void props.session.start({ text: text() })}>
          Use the pasted rows
        </Button>
      </Show>
    </StepFrame>
  );
}

function Found(props: { session: ImportSession; file: FileView }) {
  const session = props.session;
  const lastColumn = () => Math.max(...props.file.rows.map((row) => row.length), 1);
  const at = (index: number) => props.file.from + index;
  const isName = (row: number) => props.file.headerRows.includes(row);
  const leftOut = () => new Set(props.file.leftOut.rows.map(({ row }) => row));
  const isOutside = (row: number) =>
    !isName(row) &&
    (row < props.file.firstDataRow || row > props.file.lastDataRow || leftOut().has(row));
  /** Rows that can be chosen for the names: those in sight, and where other tables have theirs. */
  const nameRows = () => {
    const { headerRow, others } = props.file;
    const rows = new Set([...props.file.rows.map((_, index) => at(index)), ...others]);
    if (headerRow !== null) rows.add(headerRow);
    return [...rows].sort((a, b) => a - b);
  };
  const known = (list: readonly (readonly [string, string])[], value: string) =>
    list.some(([one]) => one === value)
      ? list.map(([one, label]) => ({ value: one, label }))
      : [...list.map(([one, label]) => ({ value: one, label })), { value, label: value }];

  return (
    <StepFrame
      title={`${props.file.partial ? "About " : ""}${counted(props.file.dataRows, "row")} in ${counted(props.file.columns, "column")}`}
      lead={props.file.reason}
      aside={<Button onClick={() => session.cancel()}>Another file</Button>}
      actions={
        <Button
          variant="primary"
          disabled={props.file.dataRows === 0 || props.file.partial}
          busy={session.busy() !== undefined}
          onClick={() => void session.go("columns")}
        >
          Continue to columns
        </Button>
      }
    >
      <div class={styles.facts}>
        <Show when={props.file.tables.length > 1}>
          <SelectField
            label="Worksheet"
            value={String(props.file.table)}
            options={props.file.tables.map((table, index) => ({
              value: String(index),
              label: `${table.label} (${counted(table.rows, "row")}${table.hidden ? ", hidden" : ""})`,
            }))}
            onChange={(value) => void session.choose({ table: Number(value) })}
          />
        </Show>
        <Show when={props.file.encoding}>
          {(encoding) => (
            <SelectField
              label="Characters"
              value={encoding()}
              options={known(encodings, encoding())}
              onChange={(value) => void session.choose({ encoding: value })}
            />
          )}
        </Show>
        <Show when={props.file.delimiter}>
          {(delimiter) => (
            <SelectField
              label="Columns are separated by"
              value={delimiter()}
              options={known(delimiters, delimiter())}
              onChange={(value) => void session.choose({ delimiter: value })}
            />
          )}
        </Show>
        <SelectField
          label="Column names are in"
          value={props.file.headerRow === null ? "none" : String(props.file.headerRow)}
          options={[
            { value: "none", label: "no row: there are no names" },
            ...nameRows().map((row) => ({ value: String(row), label: `row ${row + 1}` })),
          ]}
          onChange={(value) =>
            void session.choose({ headerRow: value === "none" ? null : Number(value) })
          }
        />
      </div>
      <Show when={props.file.dataRows === 0}>
        <Notice kind="warning">
          There are no rows to import below the names.{" "}
          {props.file.tables.length > 1
            ? "Choose another worksheet above, or another file."
            : "Choose another row for the names above, or another file."}
        </Notice>
      </Show>
      <LeftOut session={session} file={props.file} />
      <For each={props.file.notes}>{(note) => <Notice kind="warning">{note}</Notice>}</For>
      <HealthReport session={session} />
      <div class={styles.tableFrame} role="region" aria-label="First rows of the file" tabIndex={0}>
        <table class={styles.raw}>
          <tbody>
            <For each={props.file.rows}>
              {(row, index) => (
                <tr
                  data-header={isName(at(index())) ? "" : undefined}
                  data-outside={isOutside(at(index())) ? "" : undefined}
                >
                  <th scope="row">
                    <button
                      type="button"
                      title={`Take the column names from row ${at(index()) + 1}`}
                      aria-label={`Take the column names from row ${at(index()) + 1}`}
                      onClick={() => void session.choose({ headerRow: at(index()) })}
                    >
                      {at(index()) + 1}
                    </button>
                  </th>
                  <For
                    each={Array.from({ length: lastColumn() }, (_, column) => row[column] ?? "")}
                  >
                    {(cell) => <td>{cell}</td>}
                  </For>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </div>
      <p class={styles.hint}>
        {KINDS[props.file.kind]}, {bytes(props.file.bytes)}.{" "}
        {props.file.rows.length < (props.file.tables[props.file.table]?.rows ?? 0)
          ? `Rows ${props.file.from + 1} to ${count(props.file.from + props.file.rows.length)} are shown as they stand in the file.`
          : "All rows are shown as they stand in the file."}{" "}
        A click on the number of a row takes the names from it.
      </p>
    </StepFrame>
  );
}

/** Says what of the table is no data, and takes it in with a click; the same for other tables of the worksheet. */
function LeftOut(props: { session: ImportSession; file: FileView }) {
  const words = () => {
    const { rows, below, aside } = props.file.leftOut;
    const some = (many: number, noun: string, where: string) =>
      many === 0 ? [] : [`${counted(many, noun)} ${where}`];
    const [first, ...others] = new Set(rows.map(({ reason }) => reason.replace(/\.$/, "")));
    const why = first === undefined || others.length > 0 ? "" : ` (${first.toLowerCase()})`;
    return [
      ...some(rows.length, "row", `between the data${why}`),
      ...some(below, "row", "below the table"),
      ...some(aside, "column", "beside it"),
    ];
  };
  const list = () => words().join(", ");
  const more = () => {
    const { rows, below, aside } = props.file.leftOut;
    if (aside > 0) return "Import everything";
    return rows.length + below === 1 ? "Import this row, too" : "Import these rows, too";
  };

  return (
    <>
      <Show when={props.file.whole}>
        <p class={styles.hint}>
          Nothing below the names is left out.{" "}
          <button
            type="button"
            class={styles.link}
            onClick={() => void props.session.choose({ whole: false })}
          >
            Leave out totals and notes
          </button>
        </p>
      </Show>
      <Show when={words().length > 0}>
        <p class={styles.hint}>
          Left out: {list()}.{" "}
          <button
            type="button"
            class={styles.link}
            onClick={() => void props.session.choose({ whole: true })}
          >
            {more()}
          </button>
        </p>
      </Show>
      <Show when={props.file.others.length > 0}>
        <p class={styles.hint}>
          <For each={props.file.others.slice(0, 5)}>
            {(row) => (
              <>
                <button
                  type="button"
                  class={styles.link}
                  onClick={() => void props.session.choose({ headerRow: row })}
                >
                  Import the table at row {row + 1} instead
                </button>{" "}
              </>
            )}
          </For>
        </p>
      </Show>
    </>
  );
}
