import ArrowLeft from "lucide-solid/icons/arrow-left";
import ArrowRight from "lucide-solid/icons/arrow-right";
import Merge from "lucide-solid/icons/merge";
import Split from "lucide-solid/icons/split";
import { For, Show } from "solid-js";
import type { Reason } from "@gridfolk/core/dedupe/reasons";
import type { MergePlan } from "@gridfolk/core/merge/merge";
import type { Workspace } from "../data/workspace.ts";
import type { Look } from "../grid/cell-content.ts";
import { Button } from "../ui/button.tsx";
import { Compared } from "./compared.tsx";
import type { Candidate } from "./likeness-messages.ts";
import styles from "./duplicates.module.css";

/** Each of them is kept from each: of more records that would be hundreds of pairs. */
export const MOST_SEPARATE = 20;
/** Records side by side; a group of more is merged whole. */
const MOST_SHOWN = 6;
const MOST_REASONS = 6;

export interface ReviewCardProps {
  workspace: Workspace;
  sheet: string;
  candidate: Candidate;
  /** From 0, in the queue of so many. */
  place: number;
  total: number;
  reasons: readonly Reason[];
  plan: MergePlan | undefined;
  look: Look;
  nameOf: (id: string) => string;
  mayWrite: boolean;
  busy: boolean;
  onStep: (by: number) => void;
  /** The value of this record is to be kept. */
  onTake: (field: string, id: string) => void;
  onOpen: (id: string) => void;
  onMerge: () => void;
  onSeparate: () => void;
}

/** Records that may be of one thing, side by side, to be merged or kept separate. */
export function ReviewCard(props: ReviewCardProps) {
  const number = (count: number) => count.toLocaleString(props.workspace.locale().locale);
  const length = () => props.candidate.ids.length;
  return (
    <section class={styles.card} aria-label="The same?">
      <div class={styles.top}>
        <p>
          <b>{number(props.place + 1)}</b> of {number(props.total)}
          <span> · {percent(props.candidate.probability)} sure</span>
        </p>
        <div class={styles.steps}>
          <Button
            size="small"
            variant="quiet"
            icon={ArrowLeft}
            disabled={props.place === 0}
            onClick={() => props.onStep(-1)}
          >
            Back
          </Button>
          <Button
            size="small"
            variant="quiet"
            icon={ArrowRight}
            disabled={props.place >= props.total - 1}
            onClick={() => props.onStep(1)}
          >
            Next
          </Button>
        </div>
      </div>
      <ul class={styles.reasons} aria-label="Why">
        <For each={props.reasons.slice(0, MOST_REASONS)}>
          {(reason) => <li data-agreement={reason.agreement}>{reason.words}</li>}
        </For>
      </ul>
      <Compared
        workspace={props.workspace}
        sheet={props.sheet}
        ids={props.candidate.ids.slice(0, MOST_SHOWN)}
        plan={props.plan}
        look={props.look}
        nameOf={props.nameOf}
        mayChoose={props.mayWrite}
        onTake={(field, id) => props.onTake(field, id)}
        onOpen={(id) => props.onOpen(id)}
      />
      <Show when={length() > MOST_SHOWN}>
        <p class={styles.note}>
          {number(length() - MOST_SHOWN)} more are merged along, which say nothing else.
        </p>
      </Show>
      <Show
        when={props.mayWrite}
        fallback={<p class={styles.note}>Your role lets you look, not merge.</p>}
      >
        <div class={styles.actions}>
          <Button variant="primary" icon={Merge} busy={props.busy} onClick={() => props.onMerge()}>
            Merge {number(length())} into one <kbd>M</kbd>
          </Button>
          <Button
            icon={Split}
            disabled={length() > MOST_SEPARATE}
            onClick={() => props.onSeparate()}
          >
            Keep separate <kbd>S</kbd>
          </Button>
        </div>
      </Show>
      <p class={styles.keys}>
        <kbd>J</kbd> next, <kbd>K</kbd> back; in a line of the table <kbd>1</kbd> to <kbd>9</kbd>{" "}
        take the value of that record. Everything can be undone with <kbd>Ctrl</kbd> <kbd>Z</kbd>.
      </p>
    </section>
  );
}

/** Never "100 %": nobody is that sure. */
function percent(probability: number): string {
  const hundredths = Math.floor(probability * 1000) / 10;
  return `${hundredths >= 99.5 ? "over 99" : Math.round(hundredths)} %`;
}
