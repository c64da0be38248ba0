/** Registry keys of the field types, in the order in which people choose among them. */
export const FIELD_TYPES = [
  "text",
  "longText",
  "number",
  "currency",
  "percent",
  "date",
  "dateTime",
  "checkbox",
  "choice",
  "multiChoice",
  "email",
  "phone",
  "url",
  "user",
  "link",
  "createdAt",
  "createdBy",
  "updatedAt",
  "updatedBy",
] as const;

export type FieldType = (typeof FIELD_TYPES)[number];

export interface ChoiceOption {
  readonly name: string;
  /** A token name from the palette, e.g. "blue". */
  readonly color?: string;
}

/** A column of a sheet. `key` never changes; everything else may. */
export interface Field {
  readonly key: string;
  readonly name: string;
  readonly type: FieldType;
  readonly required?: boolean;
  readonly unique?: boolean;
  /** choice, multiChoice. */
  readonly options?: readonly ChoiceOption[];
  /** currency: the ISO 4217 code a bare number means. */
  readonly currency?: string;
  /** number, percent: digits shown after the decimal mark; absent means as many as the value has. */
  readonly decimals?: number;
  /** number: thousands are not set apart, for numbers that name something: 10023, not 10,023. */
  readonly ungrouped?: boolean;
  /** link. */
  readonly link?: {
    /** Key of the linked sheet. */
    readonly sheet: string;
    /** Whether a record may link to more than one. */
    readonly multiple: boolean;
    /** Name under which the linked record shows the records that link to it. */
    readonly backLink?: string;
  };
  /**
   * The values are computed and never written: a formula with the keys of fields in brackets (formula/names.ts). `type` is what
   * it answers. A field is born with a formula or never has one.
   */
  readonly formula?: string;
  /**
   * checkbox, multiChoice: what is checked or chosen is something that a person does not want (no mail, no calls). A merge and
   * an unmerge never take it away: where records differ, what forbids more wins.
   */
  readonly consent?: boolean;
  readonly description?: string;
  /** In the trash: hidden, values kept. */
  readonly deleted?: boolean;
}

/** A typed table. Order of `fields` is the column order. */
export interface Sheet {
  readonly key: string;
  readonly name: string;
  /** "contact" for Contacts; used in labels. */
  readonly singular?: string;
  /** A lucide icon name. */
  readonly icon?: string;
  /** Keys of the fields that name a record, joined by a space: ["firstName", "lastName"]. */
  readonly title: readonly string[];
  readonly fields: readonly Field[];
  /** Settings people edit live in system sheets; they are not listed beside people's sheets. */
  readonly system?: boolean;
  /** Position in the side bar. */
  readonly position: number;
  readonly deleted?: boolean;
}

/** How a workspace reads and writes values. */
export interface Locale {
  /** BCP 47, e.g. "en-US". */
  readonly locale: string;
  /** IANA, e.g. "Europe/Berlin". */
  readonly timeZone: string;
  /** ISO 4217. */
  readonly currency: string;
  /** ISO 3166-1 alpha-2: the country of phone numbers without a country code. */
  readonly country: string;
}

/** Whether a sheet of this key holds what the system keeps (views, members, settings): people's keys never begin like that. */
export function isSystemKey(sheet: string): boolean {
  return sheet.startsWith("_");
}
