import { billOf, IDLE_MONTH_USD, type Row } from "./bill.ts";
import type { Asked } from "./options.ts";
import { PRICES_AS_OF } from "./price.ts";
import type { Profile } from "./profile.ts";
import measured from "./profile.json";

const profile: Profile = measured;

/** The bill as tables. */
export function billInWords({ day, days }: Asked): string {
  const { users, rows, edits, imports, importRows, reports, exports, open, looking } = day;
  const { services, acts, total } = billOf(day, days, profile);
  const words = (count: number): string => count.toLocaleString("en");
  const idle = { name: "used or not (--idle)", day: IDLE_MONTH_USD / 30, month: IDLE_MONTH_USD };
  const both = { name: "with that", day: total.day + idle.day, month: total.month + idle.month };
  return [
    `${words(users)} people, ${words(rows)} rows; a day: ${words(edits)} edits, ${words(imports)} imports of ${words(importRows)} rows, ${words(reports)} reports, ${words(exports)} exports; open for ${open} h, looked at for ${looking} h`,
    "",
    head(`USD, by service`, days),
    ...services.map(inWords),
    inWords(total),
    inWords(idle),
    inWords(both),
    "",
    head("of it, by what is done (without storage)", days),
    ...acts.map(inWords),
    "",
    `List prices of us-east-1, ${PRICES_AS_OF}, no free tier. Measured ${profile.measured.at} with ${profile.measured.rows.map(words).join(" and ")} rows; how, and what changes it: docs/cost.md`,
  ].join("\n");
}

/** The same for programs. Amounts are US dollars. */
export function billAsJson({ day, days }: Asked): string {
  const bill = billOf(day, days, profile);
  const { measured: how } = profile;
  const more = { idleMonth: IDLE_MONTH_USD, prices: PRICES_AS_OF, measured: how };
  return JSON.stringify({ day, days, ...bill, ...more }, null, 2);
}

function head(what: string, days: number): string {
  return `${"a day".padStart(9)} ${`${days} days`.padStart(9)}  ${what}`;
}

function inWords({ name, day, month }: Row): string {
  return `${day.toFixed(5).padStart(9)} ${month.toFixed(3).padStart(9)}  ${name}`;
}
