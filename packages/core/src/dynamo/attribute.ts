import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { Attribute, Item } from "../ledger/store.ts";

type Attributes = Record<string, AttributeValue>;

/** DynamoDB's wire form of a value. Throws a TypeError naming the attribute for what DynamoDB cannot hold. */
export function toWire(value: Attribute, name = "value"): AttributeValue {
  switch (typeof value) {
    case "string":
      return { S: value };
    case "number":
      return { N: numberToWire(value, name) };
    case "boolean":
      return { BOOL: value };
    case "object":
      if (value === null) return { NULL: true };
      if (value instanceof Uint8Array) return { B: value };
      if (isList(value)) return { L: value.map((entry, at) => toWire(entry, `${name}[${at}]`)) };
      return { M: mapToWire(value, name) };
    default:
      throw new TypeError(`Attribute "${name}" is ${typeof value}, which a table cannot hold`);
  }
}

export function itemToWire(item: { readonly [name: string]: Attribute }): Attributes {
  return mapToWire(item, "");
}

/** The inverse of `toWire`. Sets, which nothing here writes, are refused. */
export function fromWire(value: AttributeValue): Attribute {
  if (value.S !== undefined) return value.S;
  if (value.N !== undefined) return Number(value.N);
  if (value.BOOL !== undefined) return value.BOOL;
  if (value.B !== undefined) return value.B;
  if (value.M !== undefined) return mapFromWire(value.M);
  if (value.L !== undefined) return value.L.map(fromWire);
  if (value.NULL !== undefined) return null;
  throw new TypeError(`Unexpected attribute type ${Object.keys(value).join()}`);
}

export function itemFromWire(attributes: Attributes): Item {
  return mapFromWire(attributes) as Item;
}

function mapToWire(map: { readonly [name: string]: Attribute }, path: string): Attributes {
  const wire: Attributes = {};
  for (const name of Object.keys(map)) {
    const value = map[name];
    if (value !== undefined) wire[name] = toWire(value, path === "" ? name : `${path}.${name}`);
  }
  return wire;
}

function mapFromWire(wire: Attributes): { [name: string]: Attribute } {
  const map: { [name: string]: Attribute } = {};
  for (const name of Object.keys(wire)) {
    const value = wire[name];
    if (value !== undefined) map[name] = fromWire(value);
  }
  return map;
}

/** 38 digits and 1e-130 to 1e126 are DynamoDB's; a double has 17, so only the exponent can fail. */
function numberToWire(value: number, name: string): string {
  const size = Math.abs(value);
  if (!Number.isFinite(value) || size >= 1e126 || (size !== 0 && size < 1e-130))
    throw new TypeError(`Attribute "${name}" is ${value}, a number a table cannot hold`);
  return String(value === 0 ? 0 : value);
}

function isList(value: object): value is readonly Attribute[] {
  return Array.isArray(value);
}
