import type { Changeset } from "@gridfolk/core/ledger/changeset";
import type { Person } from "./workspace.ts";

/** Where the others are: by what their pages say, and by what they write. */
export interface Places {
  /** What the server says of everybody. */
  told(people: readonly Person[]): readonly Person[];
  /** Who writes a cell is at it: a page that is typed into says so only now and then. */
  written(changesets: readonly Written[]): readonly Person[];
}

type Written = Pick<Changeset, "actor" | "source" | "operations">;

export function createPlaces(): Places {
  let people: readonly Person[] = [];
  /** What was said of each connection last. */
  let said = new Map<string, string>();

  return {
    told(next) {
      const before = new Map(people.map((person) => [person.connection, person]));
      const saidNow = new Map(next.map((person) => [person.connection, placeText(person)]));
      people = next.map((person) => {
        const known = before.get(person.connection);
        // Said again because somebody else has moved: it may be older than what was written since.
        const again = said.get(person.connection) === saidNow.get(person.connection);
        return known !== undefined && again ? known : person;
      });
      said = saidNow;
      return people;
    },
    written(changesets) {
      for (const changeset of changesets) {
        const place = cellOf(changeset);
        if (place === undefined || !people.some(({ user }) => user === changeset.actor)) continue;
        people = people.map((person) =>
          person.user === changeset.actor ? { ...person, ...place } : person,
        );
      }
      return people;
    },
  };
}

function placeText({ sheet, record, field }: Person): string {
  return JSON.stringify([sheet, record, field]);
}

/** The one cell that somebody typed into. */
export function cellOf({
  source,
  operations,
}: Pick<Written, "source" | "operations">): Pick<Person, "sheet" | "record" | "field"> | undefined {
  const [only, ...others] = operations;
  if (source !== "grid" || only?.op !== "set" || others.length > 0) return undefined;
  const [record, ...records] = only.ids;
  const [field, ...fields] = Object.keys(only.fields);
  if (record === undefined || field === undefined || records.length > 0 || fields.length > 0)
    return undefined;
  return { sheet: only.sheet, record, field };
}
