import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { Condition } from "../ledger/store.ts";
import { toWire } from "./attribute.ts";

interface Expression {
  ConditionExpression: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Record<string, AttributeValue>;
}

/** The condition as request parameters. Names are always placeholders: half the English language is reserved. */
export function conditionToWire(condition: Condition): Expression {
  if ("absent" in condition) return { ConditionExpression: "attribute_not_exists(pk)" };
  if ("exists" in condition) return { ConditionExpression: "attribute_exists(pk)" };
  if ("equals" in condition) {
    const { terms, ...rest } = compare(condition.equals, (name, value) => `${name} = ${value}`);
    return { ...rest, ConditionExpression: ["attribute_exists(pk)", ...terms].join(" AND ") };
  }
  const { terms, ...rest } = compare(
    condition.absentOrLess,
    (name, value) => `(attribute_not_exists(${name}) OR ${name} < ${value})`,
  );
  return { ...rest, ConditionExpression: terms.join(" AND ") };
}

function compare(
  values: { readonly [name: string]: string | number | boolean },
  term: (name: string, value: string) => string,
) {
  const terms: string[] = [];
  const names: Record<string, string> = {};
  const wired: Record<string, AttributeValue> = {};
  for (const [at, [name, value]] of Object.entries(values).entries()) {
    terms.push(term(`#c${at}`, `:c${at}`));
    names[`#c${at}`] = name;
    wired[`:c${at}`] = toWire(value, name);
  }
  if (terms.length === 0) return { terms };
  return { terms, ExpressionAttributeNames: names, ExpressionAttributeValues: wired };
}
