import { type Accessor, batch, createMemo } from "solid-js";
import { must } from "@gridfolk/core/assert";
import type { Sheet } from "@gridfolk/core/field/field";
import type {
  ColumnMapping,
  Mapping,
  NewField,
  Target,
  Update,
} from "@gridfolk/core/import/mapping";
import { questions, takes } from "@gridfolk/core/import/questions";
import {
  fieldOf,
  unanswered,
  type UnknownChoice,
  unknownChoices,
  withNearest,
} from "@gridfolk/core/import/unknown-choices";
import type { Way, Writing } from "@gridfolk/core/import/writing";
import type { MappingView } from "./messages.ts";

export interface ColumnChoicesFrom {
  readonly mapping: Accessor<Mapping | undefined>;
  readonly setMapping: (mapping: Mapping) => void;
  readonly proposal: Accessor<MappingView | undefined>;
  /** The sheet that rows go to. */
  readonly sheet: Accessor<Sheet | undefined>;
  /** A column goes elsewhere: what rows are recognised by may be gone. */
  readonly onTarget: () => void;
  /** Something that was asked is answered. */
  readonly onAnswer: () => void;
}

/** Something that is asked and not answered. */
export interface Question {
  /** What is to be said, in words. */
  readonly asks: string;
}

/** What a person decides about single columns of a file. Every choice makes a new mapping; the worker's proposal stays as it was. */
export function createColumnChoices(from: ColumnChoicesFrom) {
  const { mapping, setMapping, proposal, sheet } = from;

  /** The sheet that a column belongs to. */
  const sheetFor = (column: ColumnMapping): Sheet | undefined =>
    column.of === undefined ? sheet() : proposal()?.sheets.find(({ key }) => key === column.of);

  /** `of`: the sheet it is of, where that is not the one rows become. */
  function setTarget(index: number, target: Target, of?: string) {
    const current = must(mapping());
    const own = must(current.columns[index]);
    const columns = current.columns.map((column, at) => {
      if (at === index) {
        const { of: _of, block: _block, meant: _meant, adds: _adds, ...rest } = column;
        const moved: ColumnMapping = {
          ...rest,
          ...(of === undefined ? {} : { of }),
          target,
          confidence: 1,
          reason: "You chose it.",
          reading: column.reading ?? {},
        };
        return withNearest(moved, sheetFor(moved), valuesOf(index));
      }
      if (column.of !== of || column.worksheet !== own.worksheet || takesMany(column))
        return column;
      // A field takes one column: whoever had it before becomes a new column of its own.
      return takesSame(column.target, target)
        ? {
            ...column,
            target: { kind: "new", field: newField(at) } as Target,
            reason: "Its field went to another column.",
          }
        : column;
    });
    batch(() => {
      setMapping({ ...current, columns });
      from.onTarget();
    });
  }

  /** Long texts take several columns, blocks of columns several records. */
  function takesMany(column: ColumnMapping): boolean {
    const { target } = column;
    if (column.block !== undefined) return true;
    if (target.kind !== "field") return false;
    return sheetFor(column)?.fields.find(({ key }) => key === target.field)?.type === "longText";
  }

  function change(index: number, part: (column: ColumnMapping) => ColumnMapping) {
    const current = must(mapping());
    setMapping({
      ...current,
      columns: current.columns.map((column, at) => (at === index ? part(column) : column)),
    });
  }

  /** Says how the dates or figures of a column are written; what was asked is answered. */
  function setReading(index: number, way: Way["value"]) {
    const told = way === "." || way === "," ? { decimal: way } : { dateOrder: way };
    change(index, ({ asks: _asked, ...column }) => ({
      ...column,
      reading: { ...column.reading, ...told },
    }));
    from.onAnswer();
  }

  /** Texts such as "n/a" that stay in a column. */
  const setKeeps = (index: number, keeps: readonly string[]) =>
    change(index, (column) => ({ ...column, keeps }));

  /** Says what texts mean that are none of the choices; undefined: nothing is said of it any more. */
  function setMeant(index: number, said: { readonly [text: string]: string | null | undefined }) {
    change(index, (column) => {
      const all = Object.entries({ ...column.meant, ...said });
      const meant = all.flatMap(([text, means]) =>
        means === undefined ? [] : [[text, means] as const],
      );
      return { ...column, meant: Object.fromEntries(meant) };
    });
    from.onAnswer();
  }

  /** Choices that a column's field gets although no row has them. */
  const setAdds = (index: number, names: readonly string[]) =>
    change(index, ({ adds: _before, ...column }) =>
      names.length === 0 ? column : { ...column, adds: names },
    );

  /** Texts of a column that are none of the choices of the field it goes to. */
  function unknownOf(index: number): readonly UnknownChoice[] {
    const column = mapping()?.columns[index];
    const field = column === undefined ? undefined : fieldOf(column, sheetFor(column));
    const values = valuesOf(index);
    return column === undefined || field === undefined || values === undefined
      ? []
      : unknownChoices(values, field, column);
  }

  const valuesOf = (index: number) => proposal()?.columns[index]?.values;

  /** What becomes of existing values of a column; undefined: what becomes of all others. */
  const setUpdate = (index: number, update: Update | undefined) =>
    change(index, ({ update: _before, ...column }) =>
      update === undefined ? column : { ...column, update },
    );

  /** How a column is written, where that says anything about what it becomes. */
  function writingOf(index: number): Writing | undefined {
    const writing = proposal()?.columns[index]?.writing;
    const column = mapping()?.columns[index];
    const target = column === undefined ? undefined : sheetFor(column);
    if (writing === undefined || column === undefined || target === undefined) return undefined;
    return takes(column.target, target, writing.about) ? writing : undefined;
  }

  /** What somebody has to say before anything is compared. */
  const openQuestions = createMemo((): readonly Question[] => {
    const [current, target] = [mapping(), sheet()];
    if (current === undefined || target === undefined) return [];
    const written = questions(current, target, proposal()?.sheets).map(({ name, asks }) => ({
      asks: `Say first how the ${asks === "decimal" ? "numbers" : "dates"} in “${name}” are written.`,
    }));
    const meant = current.columns.flatMap((column, index) =>
      unanswered(column, sheetFor(column), valuesOf(index)).map(({ text }) => ({
        asks: `Say first what “${text}” in “${column.name}” means.`,
      })),
    );
    return [...written, ...meant];
  });

  function newField(index: number): NewField {
    const own = must(proposal()).mapping.columns[index]?.target;
    if (own?.kind === "new") return own.field;
    const column = must(proposal()).columns[index];
    return { name: column?.name ?? `Column ${index + 1}`, type: column?.type ?? "text" };
  }

  return {
    sheetFor,
    setTarget,
    setReading,
    setKeeps,
    setMeant,
    setAdds,
    setUpdate,
    unknownOf,
    writingOf,
    openQuestions,
    newField,
  };
}

function takesSame(one: Target, other: Target): boolean {
  if (one.kind === "field" && other.kind === "field") return one.field === other.field;
  if (one.kind === "fullName" && other.kind === "field")
    return one.first === other.field || one.last === other.field;
  if (one.kind === "field" && other.kind === "fullName")
    return other.first === one.field || other.last === one.field;
  return one.kind === "fullName" && other.kind === "fullName";
}
