import type { DateOrder } from "../../field/behaviour.ts";
import { read as readDay } from "../../field/calendar.ts";
import { distance } from "../text/edit.ts";
import { plain } from "../text/words.ts";
import { type Kind, level, type Value } from "./kind.ts";

/** A date, most of all of birth. What is no date of the calendar is compared by its digits. */
export function date(order: DateOrder): Kind<Value> {
  return {
    name: "date",
    levels: [
      level("agrees", "is the same", 0.74, 0.0004),
      level("nearly", "has day and month swapped", 0.02, 0.00005),
      level("nearly", "differs by a digit", 0.09, 0.0012),
      level("partly", "has the same day and month", 0.02, 0.0027),
      level("partly", "is in the same month", 0.02, 0.0015),
      level("partly", "differs by two digits", 0.02, 0.02),
      level("differs", "differs", 0.09, 0.97415),
    ],
    parse(text) {
      const bare = text.trim().replace(/[T ]\d{1,2}:\d{2}.*$/, "");
      const day = readDay(bare, order, "en-US");
      if (day !== undefined) {
        const { year, month, day: of } = day;
        return { key: String(year * 10_000 + month * 100 + of).padStart(8, "0") };
      }
      const digits = bare.replace(/\D+/g, "");
      return digits.length < 2 ? undefined : { key: digits.slice(0, 14) };
    },
    compare({ key: a }, { key: b }) {
      if (a.length !== 8 || b.length !== 8) return distance(a, b, 1) <= 1 ? 2 : 6;
      const year = a.slice(0, 4) === b.slice(0, 4);
      if (year && a.slice(4, 6) === b.slice(6) && a.slice(6) === b.slice(4, 6)) return 1;
      const steps = distance(a, b, 2);
      if (steps <= 1) return 2;
      if (a.slice(4) === b.slice(4)) return 3;
      if (year && a.slice(4, 6) === b.slice(4, 6)) return 4;
      return steps === 2 ? 5 : 6;
    },
    keys: ({ key }) =>
      key.length === 8
        ? [
            key,
            `m${key.slice(4)}`,
            `y${key.slice(0, 6)}`,
            `d${key.slice(0, 4)}${key.slice(6)}`,
            swapped(key),
          ]
        : [key],
    rough: ({ key }) => key.slice(0, 4),
  };
}

function swapped(key: string): string {
  return key.slice(0, 4) + key.slice(6) + key.slice(4, 6);
}

/** A number that measures something: a year, a price, a count. */
export const number: Kind<Value & { readonly value: number }> = {
  name: "number",
  levels: [
    level("agrees", "is the same", 0.72, 0.03),
    level("nearly", "is almost the same", 0.06, 0.02),
    level("nearly", "differs by a digit", 0.06, 0.04),
    level("partly", "is near", 0.06, 0.1),
    level("differs", "differs", 0.1, 0.81),
  ],
  parse(text) {
    const bare = text.replace(/[^\d.,-]+/g, "");
    const point = bare.search(/[.,]\d{1,2}$/);
    const whole = (point < 0 ? bare : bare.slice(0, point)).replace(/[.,]/g, "");
    const digits = point < 0 ? whole : `${whole}.${bare.slice(point + 1)}`;
    const value = digits === "" ? Number.NaN : Number(digits);
    return Number.isFinite(value) ? { key: String(value), value } : undefined;
  },
  compare({ key: a, value: x }, { key: b, value: y }) {
    const apart = Math.abs(x - y) / Math.max(Math.abs(x), Math.abs(y), 1e-9);
    // Neighbouring years are not almost the same year.
    if (apart <= 0.0012 && (a.length > 4 || b.length > 4)) return 1;
    if (Math.min(a.length, b.length) >= 2 && distance(a, b, 1) <= 1) return 2;
    return apart <= 0.1 ? 3 : 4;
  },
  keys: ({ key }) => [key],
  rough: ({ key }) => key,
};

/** Plain, without spaces. Signs that come together may be one sign, which is read again. */
function joined(text: string): string {
  return plain(plain(text).replaceAll(" ", ""));
}

/** Letters and digits that name something: a customer number, a tax number, an article. */
export const code: Kind<Value> = {
  name: "code",
  levels: [
    level("agrees", "is the same", 0.78, 0.0005),
    level("nearly", "differs by a character", 0.08, 0.0005),
    level("partly", "is part of the other", 0.03, 0.001),
    level("partly", "differs by two characters", 0.02, 0.005),
    level("differs", "differs", 0.09, 0.993),
  ],
  parse(text) {
    const key = joined(text).replace(/^0+(?=.)/, "");
    return key === "" ? undefined : { key };
  },
  compare({ key: a }, { key: b }) {
    const shorter = Math.min(a.length, b.length);
    const steps = distance(a, b, 2);
    if (steps === 1 && shorter >= 3) return 1;
    if (shorter >= 4 && (a.includes(b) || b.includes(a))) return 2;
    return steps === 2 && shorter >= 5 ? 3 : 4;
  },
  keys: ({ key }) => (key.length >= 6 ? [key, `<${key.slice(0, -2)}`, `>${key.slice(2)}`] : [key]),
  rough: ({ key }) => key.slice(0, 3),
};

export const postalCode: Kind<Value> = {
  name: "postalCode",
  levels: [
    level("agrees", "is the same", 0.82, 0.004),
    level("nearly", "differs by a character", 0.06, 0.006),
    level("partly", "is in the same area", 0.05, 0.03),
    level("differs", "differs", 0.07, 0.96),
  ],
  parse(text) {
    const key = joined(text).replace(/^(\d{5})\d{4}$/, "$1");
    return key === "" ? undefined : { key };
  },
  compare({ key: a }, { key: b }) {
    if (Math.min(a.length, b.length) >= 3 && distance(a, b, 1) <= 1) return 1;
    return a.slice(0, 2) === b.slice(0, 2) ? 2 : 3;
  },
  keys: ({ key }) => [key],
  rough: ({ key }) => key.slice(0, 4),
};
