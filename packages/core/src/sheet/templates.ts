import type { ChoiceOption, Field, Sheet } from "../field/field.ts";
import { withOptions } from "../field/palette.ts";
import { recordIds } from "../ledger/ids.ts";
import type { Operation } from "../ledger/operation.ts";
import { findField, type Workbook } from "../ledger/workbook.ts";
import type { Platform } from "../platform.ts";
import * as Definition from "../view/definition.ts";
import type { Filter } from "./filter.ts";
import type { SortKey } from "./sort.ts";

/** A workspace's settings as its `_workspace` record holds them. */
export interface Settings {
  readonly name: string;
  readonly locale: string;
  readonly timeZone: string;
  readonly currency: string;
  readonly country: string;
}

export interface Owner {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

/** Everything the first changeset of a workspace does: system sheets, ready-made sheets, its settings and its owner. */
export function firstOperations(
  platform: Pick<Platform, "clock" | "random">,
  settings: Settings,
  owner: Owner,
): Operation[] {
  return [
    ...systemSheets().flatMap(toOperations),
    ...readyMadeSheets().flatMap(toOperations),
    readyMadeViews(platform),
    create(platform, "_workspace", { ...settings }),
    create(platform, "_members", {
      user: owner.id,
      name: owner.name,
      email: owner.email,
      role: "owner",
      active: true,
    }),
  ];
}

function create(
  platform: Pick<Platform, "clock" | "random">,
  sheet: string,
  values: { readonly [field: string]: string | boolean },
): Operation {
  const fields = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, [value]]));
  return { op: "create", sheet, ids: recordIds(platform, 1), fields };
}

/** The operations that make a sheet with its fields. */
export function toOperations({ key, fields, ...after }: Sheet): Operation[] {
  return [
    { op: "sheet", key, after },
    ...fields.map((field): Operation => ({ op: "field", sheet: key, after: field })),
  ];
}

function options(names: string): readonly ChoiceOption[] {
  return withOptions([], names.split(", "));
}

const ROLES = options("owner, admin, member, viewer");
const SOURCES = options(
  "Web, Referral, Trade show, Cold call, Email campaign, Partner, Walk-in, Social",
);
const TAGS = options("VIP, Newsletter, Prospect, Customer, Partner");
const STAGES: readonly ChoiceOption[] = [
  { name: "Lead", color: "gray" },
  { name: "Qualified", color: "blue" },
  { name: "Proposal", color: "purple" },
  { name: "Negotiation", color: "amber" },
  { name: "Won", color: "green" },
  { name: "Lost", color: "red" },
];

const street: Field = { key: "street", name: "Street", type: "text" };
const city: Field = { key: "city", name: "City", type: "text" };
const state: Field = { key: "state", name: "State", type: "text" };
const postalCode: Field = { key: "postalCode", name: "Postal code", type: "text" };
const country: Field = { key: "country", name: "Country", type: "text" };
const phone: Field = { key: "phone", name: "Phone", type: "phone" };
const source: Field = { key: "source", name: "Source", type: "choice", options: SOURCES };
const owner: Field = { key: "owner", name: "Owner", type: "user" };
const tags: Field = { key: "tags", name: "Tags", type: "multiChoice", options: TAGS };
const notes: Field = { key: "notes", name: "Notes", type: "longText" };
const doNotContact: Field = {
  key: "doNotContact",
  name: "Do not contact",
  type: "checkbox",
  consent: true,
  description: "Stays ticked through imports and merges. Only a person can untick it.",
};

/** Contacts, companies and deals. None of their fields is required or unique. */
export function readyMadeSheets(): readonly Sheet[] {
  return [
    {
      key: "contacts",
      name: "Contacts",
      singular: "contact",
      icon: "users",
      title: ["firstName", "lastName"],
      position: 1,
      fields: [
        { key: "firstName", name: "First name", type: "text" },
        { key: "lastName", name: "Last name", type: "text" },
        { key: "email", name: "Email", type: "email" },
        phone,
        {
          key: "company",
          name: "Company",
          type: "link",
          link: { sheet: "companies", multiple: false, backLink: "Contacts" },
        },
        { key: "title", name: "Job title", type: "text" },
        street,
        city,
        state,
        postalCode,
        country,
        { key: "website", name: "Website", type: "url" },
        source,
        owner,
        tags,
        notes,
        doNotContact,
      ],
    },
    {
      key: "companies",
      name: "Companies",
      singular: "company",
      icon: "building-2",
      title: ["name"],
      position: 2,
      fields: [
        { key: "name", name: "Name", type: "text" },
        { key: "domain", name: "Domain", type: "url" },
        { key: "industry", name: "Industry", type: "text" },
        { key: "size", name: "Size", type: "text" },
        phone,
        street,
        city,
        state,
        postalCode,
        country,
        owner,
        tags,
        notes,
      ],
    },
    {
      key: "deals",
      name: "Deals",
      singular: "deal",
      icon: "handshake",
      title: ["name"],
      position: 3,
      fields: [
        { key: "name", name: "Name", type: "text" },
        { key: "value", name: "Value", type: "currency" },
        { key: "stage", name: "Stage", type: "choice", options: STAGES },
        { key: "closeDate", name: "Expected close", type: "date" },
        owner,
        {
          key: "company",
          name: "Company",
          type: "link",
          link: { sheet: "companies", multiple: false, backLink: "Deals" },
        },
        {
          key: "contacts",
          name: "Contacts",
          type: "link",
          link: { sheet: "contacts", multiple: true, backLink: "Deals" },
        },
        source,
        notes,
      ],
    },
  ];
}

const notOver: Filter = { field: "stage", op: "noneOf", value: ["Won", "Lost"] };
const soonest: readonly SortKey[] = [{ field: "closeDate", descending: false }];

/** Ways to look at the ready-made sheets that most people want at once; everybody's, to be changed like any. */
const VIEWS: readonly {
  readonly sheet: string;
  readonly name: string;
  readonly filter: Filter;
  readonly sort?: readonly SortKey[];
}[] = [
  {
    sheet: "contacts",
    name: "Prospects",
    filter: { and: [{ field: "tags", op: "anyOf", value: ["Prospect"] }] },
  },
  {
    sheet: "contacts",
    name: "Customers",
    filter: { and: [{ field: "tags", op: "anyOf", value: ["Customer"] }] },
  },
  { sheet: "deals", name: "Open", filter: { and: [notOver] }, sort: soonest },
  {
    sheet: "deals",
    name: "Closing this month",
    filter: { and: [{ field: "closeDate", op: "during", value: "this month" }, notOver] },
    sort: soonest,
  },
  {
    sheet: "deals",
    name: "Won",
    filter: { and: [{ field: "stage", op: "anyOf", value: ["Won"] }] },
    sort: [{ field: "closeDate", descending: true }],
  },
  {
    sheet: "deals",
    name: "Mine",
    filter: { and: [{ field: "owner", op: "anyOf", value: ["me"] }] },
  },
];

function readyMadeViews(platform: Pick<Platform, "clock" | "random">): Operation {
  return {
    op: "create",
    sheet: "_views",
    ids: recordIds(platform, VIEWS.length),
    fields: {
      sheet: VIEWS.map(({ sheet }) => sheet),
      name: VIEWS.map(({ name }) => name),
      config: VIEWS.map(({ filter, sort = [] }) =>
        Definition.toText({ ...Definition.EMPTY, filter, sort }),
      ),
      position: VIEWS.map((_, index) => index + 1),
    },
  };
}

function text(key: string, name: string): Field {
  return { key, name, type: "text" };
}

function count(key: string, name: string): Field {
  return { key, name, type: "number", decimals: 0 };
}

/** Settings people edit, members, views and imports: kept as records so that they sync and have history like everything else. */
export function systemSheets(): readonly Sheet[] {
  return [
    {
      key: "_workspace",
      name: "Workspace",
      icon: "settings",
      title: ["name"],
      system: true,
      position: 101,
      fields: [
        text("name", "Name"),
        text("locale", "Language and region"),
        text("timeZone", "Time zone"),
        text("currency", "Currency"),
        text("country", "Country"),
      ],
    },
    {
      key: "_members",
      name: "Members",
      singular: "member",
      icon: "users",
      title: ["name"],
      system: true,
      position: 102,
      fields: [
        { key: "user", name: "User", type: "user", required: true, unique: true },
        text("name", "Name"),
        text("email", "Email"),
        { key: "role", name: "Role", type: "choice", options: ROLES, required: true },
        { key: "active", name: "Active", type: "checkbox" },
      ],
    },
    {
      key: "_views",
      name: "Views",
      singular: "view",
      icon: "table-properties",
      title: ["name"],
      system: true,
      position: 103,
      fields: [
        { ...text("sheet", "Sheet"), required: true },
        text("name", "Name"),
        { key: "config", name: "Settings", type: "longText" },
        { key: "owner", name: "Owner", type: "user" },
        count("position", "Position"),
      ],
    },
    {
      key: "_imports",
      name: "Imports",
      singular: "import",
      icon: "file-up",
      title: ["file"],
      system: true,
      position: 104,
      fields: [
        { ...text("import", "Import"), required: true },
        text("file", "File"),
        text("sheet", "Sheet"),
        count("rows", "Rows"),
        count("created", "Created"),
        count("updated", "Updated"),
        count("unchanged", "Unchanged"),
        { key: "refused", name: "Refused", type: "longText" },
      ],
    },
    {
      key: "_merges",
      name: "Merges",
      singular: "merge",
      icon: "merge",
      title: ["survivor"],
      system: true,
      position: 105,
      fields: [
        { ...text("sheet", "Sheet"), required: true },
        { ...text("survivor", "Survivor"), required: true },
        { key: "merged", name: "Merged", type: "longText", required: true },
        { key: "memory", name: "What it changed", type: "longText" },
      ],
    },
    {
      key: "_separate",
      name: "Kept separate",
      singular: "pair",
      icon: "split",
      title: ["a", "b"],
      system: true,
      position: 106,
      fields: [
        { ...text("sheet", "Sheet"), required: true },
        { ...text("a", "One record"), required: true },
        { ...text("b", "Other record"), required: true },
        { key: "keys", name: "What they were known by", type: "longText" },
      ],
    },
  ];
}

/** Makes a system sheet complete: in workspaces from before it came, it or a field of it is not there yet. */
export function prepare(workbook: Workbook, key: string): Operation[] {
  const template = systemSheets().find((sheet) => sheet.key === key);
  return template === undefined ? [] : complete(workbook, template);
}

/** Makes a sheet, or what it lacks of the fields of its template. */
export function complete(workbook: Workbook, template: Sheet): Operation[] {
  const { key } = template;
  const table = workbook.sheets.get(key);
  if (table === undefined) return toOperations(template);
  return template.fields
    .filter((field) => findField(table, field.key) === undefined)
    .map((after): Operation => ({ op: "field", sheet: key, after }));
}
