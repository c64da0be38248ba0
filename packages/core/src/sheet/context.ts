import type { Names } from "../field/behaviour.ts";
import type { Locale } from "../field/field.ts";
import { attachFormulas } from "../formula/attach.ts";
import { dayOf } from "../field/types/date-time.ts";
import type { Table, Workbook } from "../ledger/workbook.ts";
import { namesOf } from "./names.ts";
import { localeOf } from "./settings.ts";

/** Who asks, where and when: what values in filters and sorts mean. */
export interface Context {
  readonly locale: Locale;
  readonly names: Names;
  /** User id that "me" stands for. */
  readonly me?: string;
  /** `YYYY-MM-DD` that "today" stands for, in the workspace's zone. */
  readonly today?: string;
  /** Other sheets, for conditions on linked records. */
  readonly tableOf?: (sheet: string) => Table | undefined;
}

/** For asking a workbook. Its formula fields have values from then on, if `loadFormulas` was awaited. */
export function contextOf(workbook: Workbook, asking: { now: number; me?: string }): Context {
  const locale = localeOf(workbook);
  attachFormulas(workbook, locale, asking.now);
  return {
    locale,
    names: namesOf(workbook, locale),
    tableOf: (sheet) => workbook.sheets.get(sheet),
    today: dayOf(new Date(asking.now).toISOString(), locale.timeZone),
    ...(asking.me === undefined ? {} : { me: asking.me }),
  };
}
