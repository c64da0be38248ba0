import { DomainError } from "../error.ts";
import { isInvalid, type Cell } from "../field/cell.ts";
import type { Field, FieldType } from "../field/field.ts";
import { keyOf } from "../field/fold.ts";
import { registry } from "../field/registry.ts";
import type { Operation } from "../ledger/operation.ts";
import * as Workbook from "../ledger/workbook.ts";
import type { Context } from "../sheet/context.ts";
import { keyFrom } from "../sheet/key.ts";
import { reader } from "../sheet/reader.ts";
import { writable } from "./bulk.ts";
import { textOf } from "./cell-text.ts";
import { extract, type Extracted } from "./extract.ts";
import { gather, type Change, type Gathered } from "./gather.ts";
import { parts, type Split } from "./split.ts";
import { finish, type Steps } from "./steps.ts";

/** Where a value goes: a column that is there, by key, or a new one. */
export type Target = { readonly key: string } | { readonly name: string };

/** One column made of others, or others made of one. Fields are named by key. */
export type ColumnAction = (
  | {
      readonly kind: "split";
      readonly field: string;
      readonly split: Split;
      /** For each part; null leaves the part out. */
      readonly into: readonly (Target | null)[];
    }
  /** All that are found, separated by commas; into a column of their type the first. */
  | {
      readonly kind: "extract";
      readonly field: string;
      readonly what: Extracted;
      readonly into: Target;
    }
  /** Blank values are passed over. */
  | {
      readonly kind: "join";
      readonly fields: readonly string[];
      readonly separator: string;
      readonly into: Target;
    }
  /** `[Column]` stands for its value. Blank where all its columns are. */
  | { readonly kind: "compose"; readonly template: string; readonly into: Target }
) & {
  /** Only blank cells are written. */
  readonly fill?: boolean;
};

export interface ColumnPlan extends Gathered {
  /** The columns that values go to, new ones as they will be. */
  readonly targets: readonly Field[];
  /** Ten records that have something to work on. */
  readonly examples: readonly Example[];
}

export interface Example {
  readonly id: string;
  /** What the record has in each source. */
  readonly from: readonly string[];
  /** What that comes to in each target. */
  readonly to: readonly (Cell | undefined)[];
}

const EXAMPLES = 10;

/**
 * Plans an action on rows of a table: new columns first, right behind their source, then the cells. A part that is blank leaves its
 * cell as it is. DomainErrors in words: "unknown-field", "invalid-values" for a column that fills itself, "malformed" for what is
 * missing.
 */
export function planColumns(...asked: Parameters<typeof planningColumns>): ColumnPlan {
  return finish(planningColumns(...asked));
}

/** `planColumns` in steps. What cannot be done at all is thrown by the first. */
export function* planningColumns(
  table: Workbook.Table,
  rows: readonly number[],
  action: ColumnAction,
  context: Context,
): Steps<ColumnPlan> {
  const { sources, read, type } = partsOf(table, action, context);
  const into = action.kind === "split" ? action.into : [action.into];
  const made: Field[] = [];
  const targets = into.map((target) =>
    target === null ? undefined : targetOf(table, target, type, made),
  );
  const wanted = targets.filter((field) => field !== undefined);
  if (wanted.length === 0) throw new DomainError("malformed", "No column was chosen to write to.");
  if (new Set(wanted.map(({ key }) => key)).size < wanted.length) {
    throw new DomainError("malformed", "Two parts would go to the same column.");
  }
  const written = remembered(read);
  const writers = targets.flatMap((field, index) => {
    if (field === undefined) return [];
    const parse = registry[field.type].parser(field, context.locale, { names: context.names });
    const one = action.kind === "extract" && field.type === action.what;
    const cell = (row: number): Cell | undefined => {
      const text = written(row)[index] ?? "";
      return parse(one ? (text.split(", ")[0] ?? "") : text);
    };
    return [{ field, cell }];
  });
  const changes = writers.map(({ field, cell }): [Field, Change] => [
    field,
    (before, row) =>
      action.fill === true && before !== undefined ? before : (cell(row) ?? before),
  ]);
  const first = made.map((after, index): Operation => {
    const behind = table.sheet.fields.findIndex(({ key }) => key === sources.at(-1));
    const position = behind < 0 ? {} : { position: behind + 1 + index };
    return { op: "field", sheet: table.key, after, ...position };
  });
  const gathered = yield* gather(table, rows, changes, first);
  const examples: Example[] = [];
  const from = sources.map((key) => shown(table, key, context));
  for (const row of rows) {
    if (written(row).every((text) => text === "")) continue;
    examples.push({
      id: table.ids[row] as string,
      from: from.map((text) => text(row)),
      to: writers.map(({ cell }) => cell(row)),
    });
    if (examples.length === EXAMPLES) break;
  }
  return {
    targets: wanted,
    examples,
    get operations() {
      return gathered.operations;
    },
    records: gathered.records,
    cells: gathered.cells,
    misfits: gathered.misfits,
    replaced: gathered.replaced,
    unchanged: gathered.unchanged,
    samples: gathered.samples,
  };
}

interface Parts {
  readonly sources: readonly string[];
  readonly read: (row: number) => readonly string[];
  /** Of new columns. */
  readonly type: FieldType;
}

function partsOf(table: Workbook.Table, action: ColumnAction, context: Context): Parts {
  switch (action.kind) {
    case "split": {
      const { split } = action;
      if (split.by === "delimiter" && split.delimiter === "") {
        throw new DomainError("malformed", "Say what stands between the parts.");
      }
      const text = texts(table, action.field, context);
      const { locale } = context.locale;
      return {
        sources: [action.field],
        type: "text",
        read: (row) => {
          const whole = text(row);
          return whole === "" ? [] : parts(whole, split, locale);
        },
      };
    }
    case "extract": {
      const text = texts(table, action.field, context);
      return {
        sources: [action.field],
        type: action.what,
        read: (row) => [extract(text(row), action.what).join(", ")],
      };
    }
    case "join": {
      if (action.fields.length === 0) {
        throw new DomainError("malformed", "No columns were chosen to join.");
      }
      const all = action.fields.map((key) => shown(table, key, context));
      return {
        sources: action.fields,
        type: "text",
        read: (row) => [
          all
            .map((text) => text(row).trim())
            .filter((text) => text !== "")
            .join(action.separator),
        ],
      };
    }
    case "compose":
      return composed(table, action.template, context);
  }
}

/** The text between two brackets is a column's name; `]]` is a bracket within it. */
const COLUMN = /\[((?:[^\]]|\]\])+)\]/g;

function composed(table: Workbook.Table, template: string, context: Context): Parts {
  const pieces: (string | ((row: number) => string))[] = [];
  const sources: string[] = [];
  let end = 0;
  for (const match of template.matchAll(COLUMN)) {
    const name = (match[1] as string).replaceAll("]]", "]");
    const field = table.sheet.fields.find(
      (other) => other.deleted !== true && keyOf(other.name) === keyOf(name),
    );
    if (field === undefined) {
      throw new DomainError("unknown-field", `${table.sheet.name} has no column “${name}”.`);
    }
    sources.push(field.key);
    pieces.push(template.slice(end, match.index), shown(table, field.key, context));
    end = match.index + match[0].length;
  }
  if (sources.length === 0) {
    throw new DomainError(
      "malformed",
      "Write the names of columns in brackets: [City], [Country].",
    );
  }
  pieces.push(template.slice(end));
  return {
    sources,
    type: "text",
    read: (row) => {
      let blank = true;
      const written = pieces.map((piece) => {
        if (typeof piece === "string") return piece;
        const text = piece(row);
        if (text !== "") blank = false;
        return text;
      });
      return [blank ? "" : written.join("").trim()];
    },
  };
}

/** A column's values as they are edited. */
function texts(table: Workbook.Table, key: string, context: Context): (row: number) => string {
  const field = Workbook.field(table, key);
  const at = reader(table, key);
  return (row) => {
    const cell = at(row);
    return cell === undefined ? "" : textOf(cell, field, context);
  };
}

/** A column's values as people see them. */
function shown(table: Workbook.Table, key: string, context: Context): (row: number) => string {
  const field = Workbook.field(table, key);
  const at = reader(table, key);
  const { format } = registry[field.type];
  return (row) => {
    const cell: Cell | undefined = at(row);
    if (cell === undefined) return "";
    return isInvalid(cell) ? cell.invalid : format(cell, field, context.locale, context.names);
  };
}

function targetOf(table: Workbook.Table, target: Target, type: FieldType, made: Field[]): Field {
  if ("key" in target) return writable(table, target.key);
  const name = target.name.trim();
  if (name === "") throw new DomainError("malformed", "The new column has no name.");
  const fields = [...table.sheet.fields, ...made];
  if (fields.some((field) => field.deleted !== true && keyOf(field.name) === keyOf(name))) {
    throw new DomainError("malformed", `There is a column “${name}” already.`);
  }
  const field: Field = { key: keyFrom(name, new Set(fields.map(({ key }) => key))), name, type };
  made.push(field);
  return field;
}

/** Several columns ask for the parts of one row, one column after the other: each text is taken apart once. */
function remembered(read: (row: number) => readonly string[]): (row: number) => readonly string[] {
  const known = new Map<number, readonly string[]>();
  return (row) => {
    let found = known.get(row);
    if (found === undefined) known.set(row, (found = read(row)));
    return found;
  };
}
