import Plus from "lucide-solid/icons/plus";
import Trash from "lucide-solid/icons/trash";
import Upload from "lucide-solid/icons/upload";
import { createSignal, For, Show } from "solid-js";
import { setTheme, theme, type Theme } from "../app/theme.ts";
import { Avatar } from "./avatar.tsx";
import { Button, IconButton } from "./button.tsx";
import { Chip, chipColors } from "./chip.tsx";
import { Dialog } from "./dialog.tsx";
import { Empty } from "./empty.tsx";
import { Checkbox, Segments, SelectField, TextField } from "./field.tsx";
import { MenuButton } from "./menu.tsx";
import { Notice } from "./notice.tsx";
import { Progress } from "./progress.tsx";
import { Skeleton } from "./skeleton.tsx";
import { Tabs } from "./tabs.tsx";
import { showToast } from "./toast.tsx";
import styles from "./gallery.module.css";

/** Every generic part in every state, for looking at in both themes. */
export function Gallery() {
  const [text, setText] = createSignal("Grace Hopper");
  const [choice, setChoice] = createSignal("b");
  const [checked, setChecked] = createSignal(true);
  const [tab, setTab] = createSignal<"all" | "mine" | "late">("all");
  const [dialog, setDialog] = createSignal<"middle" | "side">();
  return (
    <main class={styles.root}>
      <header>
        <h1>Parts</h1>
        <Segments<Theme>
          label="Appearance"
          value={theme()}
          options={[
            { value: "light", label: "Light" },
            { value: "dark", label: "Dark" },
            { value: "system", label: "System" },
          ]}
          onChange={setTheme}
        />
      </header>
      <section>
        <h2>Buttons</h2>
        <For each={["primary", "secondary", "quiet", "danger"] as const}>
          {(variant) => (
            <div class={styles.row}>
              <Button variant={variant}>Import 9,214 contacts</Button>
              <Button variant={variant} icon={Upload}>
                With icon
              </Button>
              <Button variant={variant} size="small">
                Small
              </Button>
              <Button variant={variant} size="large">
                Large
              </Button>
              <Button variant={variant} busy>
                Busy
              </Button>
              <Button variant={variant} disabled>
                Disabled
              </Button>
              <IconButton variant={variant} icon={Plus} label="Add" keys="Ctrl+N" />
            </div>
          )}
        </For>
      </section>
      <section>
        <h2>Fields</h2>
        <div class={styles.fields}>
          <TextField label="Name" value={text()} onInput={setText} hint="As on the card" />
          <TextField label="Name" value={text()} onInput={setText} error="Enter a name." />
          <TextField label="Name" value="" onInput={setText} optional placeholder="Placeholder" />
          <TextField label="Name" value={text()} onInput={setText} disabled />
          <TextField label="Password" type="password" value={text()} onInput={setText} />
          <SelectField
            label="Role"
            value={choice()}
            onChange={setChoice}
            options={[
              { value: "a", label: "Admin" },
              { value: "b", label: "Member" },
            ]}
          />
          <Checkbox label="Import headings" checked={checked()} onChange={setChecked} />
          <Checkbox label="With a hint" hint="Says more" checked={false} onChange={setChecked} />
        </div>
      </section>
      <section>
        <h2>Menu, tabs, dialog, drawer, toast</h2>
        <div class={styles.row}>
          <MenuButton
            items={[
              { heading: "Column" },
              { label: "Rename", keys: "F2", run: () => {} },
              {
                label: "Required",
                checked: checked(),
                stay: true,
                run: () => setChecked(!checked()),
              },
              { label: "More", items: [{ label: "First" }, { label: "Second", detail: "Detail" }] },
              { label: "Not now", disabled: true },
              "separator",
              { label: "Delete", icon: Trash, danger: true, keys: "Del" },
            ]}
          >
            {(trigger) => <Button {...trigger}>Menu</Button>}
          </MenuButton>
          <Button onClick={() => setDialog("middle")}>Dialog</Button>
          <Button onClick={() => setDialog("side")}>Drawer</Button>
          <Button
            onClick={() =>
              showToast({ text: "3 rows deleted", action: { label: "Undo", run: () => {} } })
            }
          >
            Toast
          </Button>
          <Button
            onClick={() =>
              showToast({
                text: "Not saved: edit of E-mail",
                detail: "Another contact has this e-mail.",
                problem: true,
              })
            }
          >
            Problem
          </Button>
        </div>
        <Tabs
          label="Views"
          tabs={[
            { key: "all", label: "All" },
            { key: "mine", label: "My leads" },
            { key: "late", label: "Overdue" },
          ]}
          selected={tab()}
          onSelect={setTab}
        />
      </section>
      <section>
        <h2>Chips and people</h2>
        <div class={styles.row}>
          <For each={chipColors}>{(color) => <Chip text={color} color={color} />}</For>
          <Chip text="Removable" color="blue" onRemove={() => {}} />
        </div>
        <div class={styles.row}>
          <For each={Array.from({ length: 10 }, (_, index) => index + 1)}>
            {(number) => (
              <Avatar name={`Person ${number}`} id="x" color={`person-${number}`} size={32} />
            )}
          </For>
        </div>
      </section>
      <section>
        <h2>Messages</h2>
        <Notice kind="problem">This e-mail and password do not go together.</Notice>
        <Notice kind="warning">3 of 212 rows have no name.</Notice>
        <Notice kind="info">Owners and admins can change this.</Notice>
        <Notice kind="done">Imported 9,214 contacts.</Notice>
      </section>
      <section>
        <h2>Waiting</h2>
        <Progress label="Importing" value={42} of={100} detail="42,000 of 100,000 rows" />
        <p>
          <Skeleton width="60%" />
        </p>
      </section>
      <section>
        <h2>Nothing</h2>
        <Empty
          icon={Upload}
          title="No contacts yet"
          actions={<Button variant="primary">Import</Button>}
        >
          Import a file or type the first one.
        </Empty>
      </section>
      <Show when={dialog()}>
        {(kind) => (
          <Dialog
            title="Remove Grace Hopper?"
            side={kind() === "side"}
            onClose={() => setDialog(undefined)}
            footer={
              <>
                <Button onClick={() => setDialog(undefined)}>Cancel</Button>
                <Button variant="danger">Remove</Button>
              </>
            }
          >
            She loses access at once. What she wrote stays.
          </Dialog>
        )}
      </Show>
    </main>
  );
}
