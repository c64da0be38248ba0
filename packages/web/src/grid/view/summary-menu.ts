import type { Field } from "@gridfolk/core/field/field";
import type { SummaryKind } from "@gridfolk/core/view/definition";
import { label, offered } from "@gridfolk/core/view/summary";
import type { MenuItem } from "../../ui/menu.tsx";
import type { Layout } from "../layout.ts";

/** What a column may come to, the present choice ticked. */
export function summaryItems(
  field: Field,
  chosen: SummaryKind | undefined,
  onChoose: (kind: SummaryKind | undefined) => void,
): readonly MenuItem[] {
  return [
    { label: "Nothing", checked: chosen === undefined, run: () => onChoose(undefined) },
    ...offered(field).map((kind) => ({
      label: label(kind, field),
      checked: chosen === kind,
      run: () => onChoose(kind),
    })),
  ];
}

export function withSummary(
  summaries: Layout["summaries"],
  field: string,
  kind: SummaryKind | undefined,
): Layout["summaries"] {
  const { [field]: _, ...rest } = summaries;
  return kind === undefined ? rest : { ...rest, [field]: kind };
}
