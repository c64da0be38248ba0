import SearchX from "lucide-solid/icons/search-x";
import Sheet from "lucide-solid/icons/table-2";
import { Match, Show, Switch } from "solid-js";
import { Button } from "../ui/button.tsx";
import { Empty } from "../ui/empty.tsx";
import styles from "./sheet-view.module.css";

export interface SheetEmptyProps {
  readonly name: string;
  readonly shown: number;
  readonly total: number;
  readonly canEdit: boolean;
  /** The workbook is seen as it was. */
  readonly isPast: boolean;
  readonly onImport: () => void;
  readonly onShowAll: () => void;
}

/** Instead of rows: how to get the first ones, or why none are shown. */
export function SheetEmpty(props: SheetEmptyProps) {
  return (
    <Switch>
      <Match when={props.total === 0}>
        <div class={styles.teach}>
          <Empty
            icon={Sheet}
            title={`No ${props.name.toLowerCase()} ${props.isPast ? "then" : "yet"}`}
            actions={
              <Show when={props.canEdit}>
                <Button onClick={() => props.onImport()}>Import a file</Button>
              </Show>
            }
          >
            <Switch fallback="What others add is shown here.">
              <Match when={props.isPast}>The sheet was empty.</Match>
              <Match when={props.canEdit}>
                Type into the row above, or copy rows in Excel or Google Sheets, click into it and
                paste.
              </Match>
            </Switch>
          </Empty>
        </div>
      </Match>
      <Match when={props.shown === 0}>
        <div class={styles.teach}>
          <Empty
            icon={SearchX}
            title="No row matches"
            actions={
              <Button onClick={() => props.onShowAll()}>
                Show all {props.total.toLocaleString()} rows
              </Button>
            }
          >
            The search and the filters leave nothing to show.
          </Empty>
        </div>
      </Match>
    </Switch>
  );
}
