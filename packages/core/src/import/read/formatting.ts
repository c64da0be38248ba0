/**
 * What a worksheet says beside its values: how cells look, what is hidden, notes on cells, formulas that repeat down a column, and lists
 * that cells choose from. Rows and columns count from 0 as in the table's rows. Plain data: it can be sent to another thread.
 */
export interface Formatting {
  /** The different looks that say something; `marks` name them by their place plus one. */
  readonly looks: readonly Look[];
  /** Undefined where there were too many to keep. */
  readonly marks: Marks | undefined;
  /** In order. */
  readonly hiddenRows: readonly number[];
  readonly hiddenColumns: readonly number[];
  /** A filter hides the rows, not a person one by one. */
  readonly filtered: boolean;
  readonly remarks: readonly Remark[];
  readonly formulas: readonly RepeatedFormula[];
  readonly lists: readonly ChoiceList[];
}

/** How a cell differs from plain black on white. */
export interface Look {
  /** `#rrggbb`. */
  readonly fill?: string;
  readonly font?: string;
  readonly strike?: true;
  readonly bold?: true;
}

/** Cells with a look, row by row. */
export interface Marks {
  readonly rows: Int32Array;
  /** Column × 65,536 + place of the look plus one. */
  readonly cells: Int32Array;
}

/** A note or a thread of comments on a cell. */
export interface Remark {
  readonly row: number;
  readonly column: number;
  readonly text: string;
}

/** A formula that cells of one column share, whatever their row. */
export interface RepeatedFormula {
  readonly column: number;
  /** Its text, references to its own row without their number: `B{0}*C{0}`, other rows by their distance: `B{-1}`. */
  readonly pattern: string;
  /** As it stands in the first of the cells. */
  readonly text: string;
  readonly firstRow: number;
  readonly cells: number;
}

/** What cells may be chosen from, by the worksheet's data validation. */
export interface ChoiceList {
  readonly column: number;
  /** Inclusive. */
  readonly top: number;
  readonly bottom: number;
  readonly options: readonly string[];
}

export const LOOK_BITS = 16;
