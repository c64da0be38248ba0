import type { Registry } from "./behaviour.ts";
import type { FieldType } from "./field.ts";
import { checkbox } from "./types/checkbox.ts";
import { choice } from "./types/choice.ts";
import { currency } from "./types/currency.ts";
import { createdAt, dateTime, updatedAt } from "./types/date-time.ts";
import { date } from "./types/date.ts";
import { email } from "./types/email.ts";
import { link } from "./types/link.ts";
import { multiChoice } from "./types/multi-choice.ts";
import { number } from "./types/number.ts";
import { percent } from "./types/percent.ts";
import { phone } from "./types/phone.ts";
import { longText, text } from "./types/text.ts";
import { url } from "./types/url.ts";
import { createdBy, updatedBy, user } from "./types/user.ts";

/** Every field type, in the order menus show them. */
export const registry: Registry = {
  text,
  longText,
  number,
  currency,
  percent,
  date,
  dateTime,
  checkbox,
  choice,
  multiChoice,
  email,
  phone,
  url,
  user,
  link,
  createdAt,
  createdBy,
  updatedAt,
  updatedBy,
};

export function isFieldType(name: string): name is FieldType {
  return Object.hasOwn(registry, name);
}
