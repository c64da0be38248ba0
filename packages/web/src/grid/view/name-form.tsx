import Lock from "lucide-solid/icons/lock";
import Users from "lucide-solid/icons/users";
import { createSignal, Show } from "solid-js";
import type { View } from "@gridfolk/core/view/views";
import { Button } from "../../ui/button.tsx";
import { Segments, TextField } from "../../ui/field.tsx";
import { Popover } from "../popover.tsx";
import type { SheetViews } from "./sheet-views.ts";
import styles from "./view-tabs.module.css";

/** What the form of a name is for. */
export type Naming =
  | { readonly to: "add"; readonly anchor: DOMRect; readonly from?: View }
  | { readonly to: "rename"; readonly anchor: DOMRect; readonly view: View };

/** Asks for the name of a view, and who sees a new one. */
export function NameForm(props: { naming: Naming; views: SheetViews; onClose: () => void }) {
  // The form is made anew for every naming.
  // oxlint-disable-next-line solid/reactivity
  const { naming } = props;
  const before =
    naming.to === "rename" ? naming.view.name : naming.from ? `${naming.from.name} copy` : "";
  const [name, setName] = createSignal(before);
  const [sight, setSight] = createSignal<"private" | "shared">(
    naming.to === "add" && naming.from?.owner === undefined && props.views.canShare()
      ? "shared"
      : "private",
  );
  const [error, setError] = createSignal<string>();
  const title = naming.to === "rename" ? "Rename view" : "Save view";
  return (
    <Popover label={title} anchor={naming.anchor} onClose={() => props.onClose()}>
      <form
        class={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (name().trim() === "") {
            setError("Give the view a name.");
            return;
          }
          props.onClose();
          if (naming.to === "rename") props.views.rename(naming.view, name());
          else props.views.add(name(), sight() === "shared", naming.from);
        }}
      >
        <TextField
          label="Name"
          autofocus
          maxLength={100}
          value={name()}
          error={error()}
          onInput={setName}
        />
        <Show when={naming.to === "add" && props.views.canShare()}>
          <Segments
            label="Who sees it"
            value={sight()}
            options={[
              { value: "shared", label: "Everybody", icon: Users },
              { value: "private", label: "Only me", icon: Lock },
            ]}
            onChange={setSight}
          />
        </Show>
        <div class={styles.foot}>
          <Button size="small" variant="quiet" onClick={() => props.onClose()}>
            Cancel
          </Button>
          <Button size="small" variant="primary" type="submit">
            {naming.to === "rename" ? "Rename" : "Save view"}
          </Button>
        </div>
      </form>
    </Popover>
  );
}
