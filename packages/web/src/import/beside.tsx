import { createSignal, createUniqueId, Index, Show } from "solid-js";
import type { LookChoice, LookOffer } from "@gridfolk/core/import/looks";
import { Button } from "../ui/button.tsx";
import type { FileView } from "./messages.ts";
import type { ImportSession } from "./session.ts";
import { count, counted } from "./words.ts";
import styles from "./beside.module.css";

/** What a worksheet says beside its values: hidden rows and columns, colours, strike-through, notes. Each is taken or left by one click. */
export function Beside(props: { session: ImportSession; file: FileView }) {
  const beside = () => props.file.beside;
  const leaveOut = () => props.session.beside().leaveOut ?? {};
  const chosen = () => props.session.beside().looks ?? [];
  const hiddenSheets = () => props.file.tables.filter((one) => one.hidden && one.rows > 0);
  const hasHidden = () =>
    beside().hidden.rows > 0 || beside().hidden.columns.length > 0 || hiddenSheets().length > 0;

  return (
    <>
      <Show when={hasHidden()}>
        <section class={styles.root} data-warning="" aria-label="Hidden in the workbook">
          <h3>Hidden in the workbook</h3>
          <ul>
            <Show when={beside().hidden.rows > 0}>
              <HiddenPart
                what={`${counted(beside().hidden.rows, "hidden row")}${beside().hidden.filtered ? ", filtered out in Excel" : ""}`}
                plural={beside().hidden.rows > 1}
                out={leaveOut().rows === true}
                onChange={(rows) => void props.session.take({ leaveOut: { ...leaveOut(), rows } })}
              />
            </Show>
            <Show when={beside().hidden.columns.length > 0}>
              <HiddenPart
                what={`${counted(beside().hidden.columns.length, "hidden column")}: ${shortened(beside().hidden.columns)}`}
                plural={beside().hidden.columns.length > 1}
                out={leaveOut().columns === true}
                onChange={(columns) =>
                  void props.session.take({ leaveOut: { ...leaveOut(), columns } })
                }
              />
            </Show>
            <Show when={hiddenSheets().length > 0}>
              <li>
                <div>
                  <b>
                    {counted(hiddenSheets().length, "hidden worksheet")}:{" "}
                    {shortened(hiddenSheets().map(({ label }) => label))}
                  </b>
                  <small>
                    {props.file.tables[props.file.table]?.hidden === true
                      ? "You are importing a hidden one."
                      : "Left out."}
                  </small>
                </div>
                <Button size="small" onClick={() => void props.session.go("file")}>
                  Choose a worksheet
                </Button>
              </li>
            </Show>
          </ul>
        </section>
      </Show>
      <Show when={beside().looks.length > 0}>
        <section class={styles.root} aria-label="Written in colours and notes">
          <h3>Written in colours and notes</h3>
          <p>Excel shows these and no column holds them. Take what means something to you.</p>
          <ul>
            <Index each={beside().looks}>
              {(offer) => (
                <Look
                  offer={offer()}
                  choice={chosen().find(({ id }) => id === offer().id)}
                  onChange={(choice) =>
                    void props.session.take({
                      looks: [
                        ...chosen().filter(({ id }) => id !== offer().id),
                        ...(choice === undefined ? [] : [choice]),
                      ],
                    })
                  }
                />
              )}
            </Index>
          </ul>
        </section>
      </Show>
    </>
  );
}

function HiddenPart(props: {
  what: string;
  plural: boolean;
  out: boolean;
  onChange: (out: boolean) => void;
}) {
  return (
    <li>
      <div>
        <b>{props.what}</b>
        <small>
          {props.out
            ? "Left out."
            : `${props.plural ? "They are" : "It is"} imported like what you see.`}
        </small>
      </div>
      <Button size="small" onClick={() => props.onChange(!props.out)}>
        {props.out ? `Take ${props.plural ? "them" : "it"} too` : "Leave out"}
      </Button>
    </li>
  );
}

function Look(props: {
  offer: LookOffer;
  choice: LookChoice | undefined;
  onChange: (choice: LookChoice | undefined) => void;
}) {
  const id = createUniqueId();
  // Kept while it is off: taking it again brings the names back.
  const [last, setLast] = createSignal<LookChoice>({
    id: props.offer.id,
    name: props.offer.name,
    names: Object.fromEntries(props.offer.looks.map(({ key, name }) => [key, name])),
  });
  const change = (part: Partial<LookChoice>) => {
    const next = { ...(props.choice ?? last()), ...part };
    setLast(next);
    props.onChange(next);
  };

  return (
    <li class={styles.look}>
      <label for={id}>
        <input
          id={id}
          type="checkbox"
          checked={props.choice !== undefined}
          onChange={(event) => props.onChange(event.currentTarget.checked ? last() : undefined)}
        />
        <span>
          <b>{titleOf(props.offer)}</b>
          <small>{detailOf(props.offer)}</small>
        </span>
      </label>
      <Show when={props.choice}>
        {(choice) => (
          <div class={styles.names}>
            <label>
              <span>Name of the column</span>
              <input
                type="text"
                maxLength={100}
                value={choice().name}
                onChange={(event) => change({ name: event.currentTarget.value })}
              />
            </label>
            <Index each={props.offer.looks}>
              {(look) => (
                <label>
                  <span>
                    <Show when={look().key.startsWith("#")}>
                      <i aria-hidden="true" style={{ background: look().key }} />
                    </Show>
                    {look().name}, {counted(look().rows, "row")}, means
                  </span>
                  <input
                    type="text"
                    maxLength={100}
                    value={choice().names[look().key] ?? ""}
                    placeholder="nothing: left out"
                    onChange={(event) =>
                      change({
                        names: { ...choice().names, [look().key]: event.currentTarget.value },
                      })
                    }
                  />
                </label>
              )}
            </Index>
          </div>
        )}
      </Show>
    </li>
  );
}

function titleOf({ about, rows, column, looks }: LookOffer): string {
  const at = column === undefined ? "" : ` in ${column}`;
  const of = counted(rows, "row");
  switch (about) {
    case "notes":
      return `Notes on cells, ${of}`;
    case "strike":
      return `Struck through${at}, ${of}`;
    case "bold":
      return `Bold, ${of}`;
    default: {
      const what = about === "fill" ? "fill" : "text";
      const first = looks[0];
      return looks.length === 1 && first !== undefined
        ? `${first.name} ${what}${at}, ${of}`
        : `${counted(looks.length, `${what} colour`)}${at}, ${of}`;
    }
  }
}

function detailOf({ about, looks }: LookOffer): string {
  if (about === "notes") return "Become a column of text.";
  if (about === "strike") return "Could mean “Do not contact”, or “Gone”.";
  if (about === "bold") return "Could mean “Important”.";
  if (looks.length === 1) return "Becomes a column that says what the colour means.";
  const shown = looks.slice(0, 4).map(({ name, rows }) => `${name} ${count(rows)}`);
  return `${shown.join(", ")}${looks.length > 4 ? ", …" : ""}. Become a column that says what they mean.`;
}

function shortened(names: readonly string[]): string {
  return `${names.slice(0, 4).join(", ")}${names.length > 4 ? ` and ${count(names.length - 4)} more` : ""}`;
}
