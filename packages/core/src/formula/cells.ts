import { isInvalid, type Cell } from "../field/cell.ts";
import type { Names } from "../field/behaviour.ts";
import type { Field, Locale } from "../field/field.ts";
import { numeric } from "../field/calendar.ts";
import * as Money from "../field/money.ts";
import { registry } from "../field/registry.ts";
import { round } from "./functions/numbers.ts";
import { isTime, type Kind } from "./kind.ts";
import * as Serial from "./serial.ts";
import {
  isError,
  isList,
  isMoney,
  numberText,
  toNumber,
  toText,
  type Scalar,
  type Value,
} from "./value.ts";

/** What a stored cell is in a formula. Text that did not fit its field is that text, as in spreadsheets. */
export function toValue(
  cell: Cell | undefined,
  field: Field,
  locale: Locale,
  nameOf: Names["nameOf"],
): Value {
  if (cell === undefined) return undefined;
  if (isInvalid(cell)) return cell.invalid;
  switch (field.type) {
    case "currency": {
      const stored = cell as string;
      return { amount: Money.majorOf(stored), currency: stored.slice(stored.indexOf(" ") + 1) };
    }
    case "date":
      return Serial.ofDay(cell as string);
    case "dateTime":
    case "createdAt":
    case "updatedAt":
      return Serial.ofInstant(Date.parse(cell as string), locale.timeZone);
    case "user":
    case "createdBy":
    case "updatedBy":
      return nameOf(field, cell as string);
    case "link": {
      const labels = (cell as readonly string[]).map((id) => nameOf(field, id) ?? "");
      return field.link?.multiple === false ? labels[0] : labels;
    }
    case "phone":
      return registry.phone.format(cell, field, locale);
    default:
      return cell as Exclude<Value, undefined>;
  }
}

/** What a formula's value is in a cell of its kind; `{invalid}` for errors and for what the kind does not hold. */
export function toCell(value: Value, kind: Kind, locale: Locale): Cell | undefined {
  if (isList(value)) {
    if (value.length === 1) return toCell(value[0], kind, locale);
    return listText(value, kind, locale);
  }
  if (value === undefined) return undefined;
  if (isError(value)) return { invalid: value.error };
  if (kind.list === true || kind.type === "text" || kind.type === "any") {
    return textCell(value, kind, locale);
  }
  if (kind.type === "email" || kind.type === "url") return textCell(value, kind, locale);
  if (kind.type === "checkbox") {
    return typeof value === "boolean" ? value : misfit(value, locale);
  }
  if (typeof value === "string") return value === "" ? undefined : { invalid: value };
  const number = toNumber(value);
  if (typeof number !== "number") return { invalid: number.error };
  switch (kind.type) {
    case "currency":
      return money(number, isMoney(value) ? value.currency : (kind.currency ?? locale.currency));
    case "date":
      // 0 is what MAX and its kin answer for no dates at all.
      return number === 0 ? undefined : (Serial.toDay(number) ?? { invalid: "#NUM!" });
    case "dateTime":
      return Serial.toInstant(number, locale.timeZone) ?? { invalid: "#NUM!" };
    default:
      return Number(number.toPrecision(15));
  }
}

function money(amount: number, currency: string): Cell {
  const digits = Money.minorDigits(currency);
  const stored = Money.toStored(round(amount, digits).toFixed(digits), currency);
  return stored ?? { invalid: "#NUM!" };
}

function misfit(value: Scalar, locale: Locale): Cell {
  return { invalid: scalarText(value, { type: "any" }, locale) };
}

function textCell(value: Scalar, kind: Kind, locale: Locale): Cell | undefined {
  const text = scalarText(value, kind, locale);
  return text === "" ? undefined : text;
}

function listText(values: readonly Scalar[], kind: Kind, locale: Locale): Cell | undefined {
  const wrong = values.find(isError);
  if (wrong !== undefined) return { invalid: wrong.error };
  const text = values
    .map((value) => scalarText(value, kind, locale))
    .filter((each) => each !== "")
    .join(", ");
  return text === "" ? undefined : text;
}

/** One value as people read it. */
function scalarText(value: Scalar, kind: Kind, locale: Locale): string {
  if (typeof value === "number" && isTime(kind)) return timeText(value, kind, locale);
  if (isMoney(value)) {
    const cell = money(value.amount, value.currency);
    return typeof cell === "string" ? Money.format(cell, locale.locale) : numberText(value.amount);
  }
  if (typeof value === "number" && kind.type === "percent") return `${numberText(value * 100)}%`;
  const text = toText(value);
  return typeof text === "string" ? text : text.error;
}

/** A date in the locale's figures, with the time of day where there is one. */
export function timeText(serial: number, kind: Kind, { locale }: Locale): string {
  if (!Serial.isSerial(serial)) return numberText(serial);
  const parts = Serial.partsOf(serial);
  const day = numeric(parts, locale);
  if (kind.type === "date") return day;
  const two = (number: number) => String(number).padStart(2, "0");
  return `${day} ${two(parts.hour)}:${two(parts.minute)}`;
}
