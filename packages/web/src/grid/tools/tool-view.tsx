import { Match, Switch } from "solid-js";
import { BulkDialog } from "./bulk-dialog.tsx";
import { ColumnDialog } from "./column-dialog.tsx";
import { FindPanel } from "./find-panel.tsx";
import { MergeDialog } from "./merge-dialog.tsx";
import type { Tool, ToolContext } from "./tool.ts";

/** The tool that is open. */
export function ToolView(props: { tool: Tool; context: ToolContext; onClose: () => void }) {
  const as = <Kind extends Tool["kind"]>(...kinds: readonly Kind[]) =>
    (kinds as readonly string[]).includes(props.tool.kind)
      ? (props.tool as Tool & { kind: Kind })
      : undefined;
  return (
    <Switch>
      <Match when={as("bulk")}>
        {(tool) => <BulkDialog tool={tool()} context={props.context} />}
      </Match>
      <Match when={as("find")}>
        <FindPanel context={props.context} />
      </Match>
      <Match when={as("merge")}>
        {(tool) => <MergeDialog tool={tool()} context={props.context} />}
      </Match>
      <Match when={as("split", "join", "extract")}>
        {(tool) => <ColumnDialog tool={tool()} context={props.context} />}
      </Match>
    </Switch>
  );
}
