import { createEffect, createMemo, createSignal, For, Show } from "solid-js";
import { can } from "@gridfolk/core/access/role";
import type { Cell } from "@gridfolk/core/field/cell";
import type { FieldType, Locale } from "@gridfolk/core/field/field";
import { registry } from "@gridfolk/core/field/registry";
import { keepsFiles, setKeepsFiles } from "@gridfolk/core/import/kept";
import { settingsOf } from "@gridfolk/core/sheet/settings";
import { toastWithUndo } from "../app/sheet-actions.ts";
import type { Workspace } from "../data/workspace.ts";
import { SelectField, TextField } from "../ui/field.tsx";
import { Notice } from "../ui/notice.tsx";
import {
  countryOptions,
  currencyOptions,
  localeOptions,
  timeZoneOptions,
} from "./region-options.ts";
import styles from "./settings.module.css";

/** Name and region of the workspace. Every change applies at once and can be undone. */
export function WorkspaceSettings(props: { workspace: Workspace }) {
  const locale = () => props.workspace.locale();
  const locked = () => !can(props.workspace.me().role, "settings");
  const [name, setName] = createSignal("");
  createEffect(() => setName(props.workspace.name()));

  const set = (change: Partial<Locale & { name: string }>, label: string, told: string) => {
    const { id } = settingsOf(props.workspace.workbook);
    if (id === undefined) return;
    const sent = props.workspace.commit(
      [
        {
          op: "set",
          sheet: "_workspace",
          ids: [id],
          fields: Object.fromEntries(Object.entries(change).map(([key, value]) => [key, [value]])),
        },
      ],
      label,
    );
    if (sent) toastWithUndo(props.workspace, told, sent.id);
  };
  const keeps = () => {
    props.workspace.version();
    return keepsFiles(props.workspace.workbook);
  };
  const keep = (wanted: boolean) => {
    const told = wanted
      ? "Imported files are kept from now on"
      : "Imported files are no longer kept";
    const sent = props.workspace.commit(setKeepsFiles(props.workspace.workbook, wanted), told);
    if (sent) toastWithUndo(props.workspace, told, sent.id);
  };
  const rename = () => {
    const text = name().trim();
    if (!text) setName(props.workspace.name());
    else if (text !== props.workspace.name())
      set({ name: text }, `Renamed the workspace to ${text}`, `The workspace is now ${text}`);
  };

  return (
    <>
      <section class={styles.section}>
        <h2>Name</h2>
        <Show when={locked()}>
          <div class={styles.form}>
            <div data-all="">
              <Notice kind="info">Owners and admins can change these settings.</Notice>
            </div>
          </div>
        </Show>
        <form
          class={styles.form}
          onSubmit={(event) => {
            event.preventDefault();
            rename();
          }}
        >
          <TextField
            label="Name of the workspace"
            value={name()}
            maxLength={100}
            disabled={locked()}
            onInput={setName}
            onBlur={rename}
          />
        </form>
      </section>
      <section class={styles.section}>
        <h2>Imported files</h2>
        <label class={styles.check}>
          <input
            type="checkbox"
            checked={keeps()}
            disabled={locked()}
            onChange={(event) => keep(event.currentTarget.checked)}
          />
          <span>
            Keep every imported file for 90 days
            <small>
              Everybody who may export can get it in Settings, Imports. Files of up to 32 MB, 4 MB
              when packed.
            </small>
          </span>
        </label>
      </section>
      <section class={styles.section}>
        <h2>Region</h2>
        <p>
          How numbers, dates, money and phone numbers are read and written, for everyone in this
          workspace. Stored values stay as they are.
        </p>
        <div class={styles.form}>
          <SelectField
            label="Numbers and dates as in"
            value={locale().locale}
            options={localeOptions(locale().locale)}
            disabled={locked()}
            onChange={(value) =>
              set({ locale: value }, "Changed how numbers and dates are written", "Region changed")
            }
          />
          <SelectField
            label="Time zone"
            value={locale().timeZone}
            options={timeZoneOptions(locale().timeZone)}
            disabled={locked()}
            onChange={(value) =>
              set({ timeZone: value }, "Changed the time zone", "Time zone changed")
            }
          />
          <SelectField
            label="Currency"
            hint="What an amount without a currency means in new columns."
            value={locale().currency}
            options={currencyOptions(locale().currency)}
            disabled={locked()}
            onChange={(value) =>
              set({ currency: value }, "Changed the currency", "Currency changed")
            }
          />
          <SelectField
            label="Country"
            hint="Of phone numbers without a country code."
            value={locale().country}
            options={countryOptions(locale().country)}
            disabled={locked()}
            onChange={(value) => set({ country: value }, "Changed the country", "Country changed")}
          />
        </div>
        <Preview locale={locale()} />
      </section>
    </>
  );
}

/** The same values as they will look. */
function Preview(props: { locale: Locale }) {
  const examples = createMemo((): readonly (readonly [string, FieldType, Cell])[] => [
    ["Number", "number", 1234567.89],
    ["Money", "currency", `123450 ${props.locale.currency}`],
    ["Date", "date", "2026-03-09"],
    ["Date and time", "dateTime", "2026-03-09T15:04:00Z"],
  ]);
  return (
    <dl class={styles.preview} aria-label="How values look">
      <For each={examples()}>
        {([label, type, cell]) => (
          <div>
            <dt>{label}</dt>
            <dd>
              {registry[type].format(
                cell,
                { key: "example", name: label, type, currency: props.locale.currency },
                props.locale,
              )}
            </dd>
          </div>
        )}
      </For>
    </dl>
  );
}
