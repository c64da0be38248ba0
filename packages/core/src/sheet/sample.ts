import type { Cell } from "../field/cell.ts";
import { minorDigits } from "../field/money.ts";
import type { Draft } from "../ledger/changeset.ts";
import { recordIds } from "../ledger/ids.ts";
import type { CreateOperation } from "../ledger/operation.ts";
import type { Platform } from "../platform.ts";
import { dayOf } from "../field/types/date-time.ts";
import type { Settings } from "./templates.ts";

/** Label of the changeset that adds the sample data: undoing it removes all of it. */
export const SAMPLE_LABEL = "Added sample data";

// Web addresses end in .example and phone numbers are ones that are kept for fiction: nobody can be reached by mistake.
const COMPANIES = `
Bluestone Plumbing|Construction|11-50|Portland|OR|VIP
Harbor Bakery|Food & drink|1-10|Seattle|WA|
Northwind Logistics|Transport|201-500|Denver|CO|
Cedar Dental|Health|11-50|Boston|MA|
Silver Oak Legal|Legal|11-50|Boston|MA|Partner
Summit Roofing|Construction|51-200|Denver|CO|
Maple Street Coffee|Food & drink|1-10|Portland|OR|Newsletter
Brightside Media|Media|11-50|Austin|TX|
Riverbend Farms|Agriculture|51-200|Springfield|IL|
Ironworks Fitness|Services|1-10|Phoenix|AZ|Newsletter
Coastal Realty|Real estate|51-200|Miami|FL|VIP
Lakeview Hotel|Hospitality|51-200|Springfield|IL|
Pine & Sons Interiors|Retail|1-10|Seattle|WA|
Delta Software|Software|51-200|Austin|TX|Prospect
Greenfield School|Education|201-500|Phoenix|AZ|`;

const CONTACTS = `
Maria|Alvarez|Owner|0|Referral|VIP,Customer
Tom|Becker|Site manager|0|Referral|Customer
Hannah|Cole|Owner|1|Walk-in|Customer
Deshawn|Carter|Head of operations|2|Web|Prospect
Ingrid|Larsen|Fleet manager|2|Web|
Paul|Novak|Buyer|2|Trade show|
Dr. Amy|Chen|Practice owner|3|Referral|Customer
Luis|Ortega|Office manager|3|Referral|Customer
Rebecca|Stein|Partner|4|Partner|Partner
Jonathan|Wells|Paralegal|4|Partner|
Frank|Kowalski|Owner|5|Cold call|Prospect
Denise|Brooks|Estimator|5|Cold call|
Nora|Lindqvist|Owner|6|Walk-in|Customer,Newsletter
Ben|Achterberg|Roaster|6|Walk-in|Newsletter
Priya|Raman|Creative director|7|Social|Prospect
Zoë|Hart|Producer|7|Social|
Kyle|Jensen|Account lead|7|Email campaign|
Walter|Hughes|Farm manager|8|Trade show|
Carol|Hughes|Accounts|8|Trade show|
Marcus|Reed|Owner|9|Social|Newsletter
Tanya|Ivanova|Trainer|9|Social|
Elena|Santos|Managing broker|10|Referral|VIP,Customer
Victor|Osei|Agent|10|Referral|
Grace|Kim|Marketing lead|10|Web|
Samuel|O'Neill|General manager|11|Email campaign|Prospect
Julia|Fontaine|Events|11|Email campaign|
Peter|Pine|Owner|12|Walk-in|
Lucy|Pine|Designer|12|Walk-in|
Arjun|Mehta|CTO|13|Web|Prospect
Sofia|Rossi|Product manager|13|Web|Prospect
Henrik|Dahl|Engineer|13|Web|
Ngozi|Okafor|Procurement|13|Trade show|
Linda|Marsh|Principal|14|Referral|
George|Turner|Bursar|14|Referral|Customer
Aisha|Rahman|Facilities|14|Email campaign|
Daniel|Weber|Consultant||Partner|Partner
Chloé|Martin|Freelance designer||Social|Newsletter
Robert|Quinn|Investor||Referral|VIP
Yuki|Tanaka|Interpreter||Web|
Olga|Petrova|Photographer||Social|Newsletter`;

// Days from today; amounts in major units.
const DEALS = `
Bathroom refit, 12 flats|18400|Negotiation|14|0|0,1|Referral
Annual service contract|6200|Won|-20|0|0|Referral
Bread delivery, spring|3100|Proposal|21|1|2|Walk-in
Fleet tracking pilot|24000|Qualified|45|2|3,4|Web
Warehouse lighting|9800|Lost|-35|2|5|Trade show
Practice furniture|12750|Proposal|30|3|6,7|Referral
Roof survey, 3 sites|5400|Lead|60|5|10|Cold call
Brand film|15900|Qualified|38|7|14,15|Social
Irrigation controls|32500|Lead|75|8|17|Trade show
Office move, downtown|21300|Won|-7|10|21|Referral
Conference package|11800|Negotiation|10|11|24,25|Email campaign
Support plan, year one|27600|Proposal|25|13|28,29|Web`;

const NOTES: { readonly [index: number]: string } = {
  0: "Prefers phone calls before nine.",
  3: "Wants figures for 40 vans.\nSend the comparison with their current supplier.",
  10: "Call back in spring.",
  21: "Recommended us to Greenfield School.",
  28: "Security questionnaire is due before they sign.",
};

/** Numbers set aside for fiction, by country; others show American ones. */
const PHONES: { readonly [country: string]: (n: number) => { e164: string; typed: string } } = {
  US: (n) => ({ e164: `+1415555${last(n)}`, typed: `(415) 555-${last(n)}` }),
  GB: (n) => ({
    e164: `+44207946${String(n).padStart(4, "0")}`,
    typed: `020 7946 ${String(n).padStart(4, "0")}`,
  }),
  AU: (n) => ({
    e164: `+612555001${String(n % 100).padStart(2, "0")}`,
    typed: `02 5550 01${String(n % 100).padStart(2, "0")}`,
  }),
};

/** 0100 to 0199. */
function last(n: number): string {
  return `01${String(n % 100).padStart(2, "0")}`;
}

function lines(text: string): readonly (readonly string[])[] {
  return text
    .trim()
    .split("\n")
    .map((line) => line.split("|"));
}

/** The same people, companies and deals every time; only ids, dates and the currency are of the workspace. */
export function sampleDraft(
  platform: Pick<Platform, "clock" | "random">,
  settings: Settings,
  actor: string,
): Pick<Draft, "actor" | "source" | "label" | "operations"> {
  const companyIds = recordIds(platform, lines(COMPANIES).length);
  const contactIds = recordIds(platform, lines(CONTACTS).length);
  const today = dayOf(new Date(platform.clock.now()).toISOString(), settings.timeZone);
  return {
    actor,
    source: "system",
    label: SAMPLE_LABEL,
    operations: [
      companies(companyIds, settings, actor),
      contacts(contactIds, companyIds, settings, actor),
      deals(
        recordIds(platform, lines(DEALS).length),
        companyIds,
        contactIds,
        settings,
        actor,
        today,
      ),
    ],
  };
}

function create(
  sheet: string,
  ids: readonly string[],
  records: readonly { readonly [field: string]: Cell | null }[],
): CreateOperation {
  const keys = new Set(records.flatMap((record) => Object.keys(record)));
  const fields = Object.fromEntries(
    [...keys].map((key) => [key, records.map((record) => record[key] ?? null)]),
  );
  return { op: "create", sheet, ids, fields };
}

function phoneOf(n: number, { country }: Settings): string {
  const { e164, typed } = (
    PHONES[country] ??
    ((m: number) => ({ e164: `+1415555${last(m)}`, typed: `+1 415 555 ${last(m)}` }))
  )(n);
  return `${e164} ${typed}`;
}

function slug(name: string): string {
  return name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/^dr\. /, "")
    .replace(/[^a-z0-9]/g, "");
}

function domainOf(company: string): string {
  return `${slug(company)}.example`;
}

function listOf(names: string | undefined): readonly string[] | null {
  return names === undefined || names === "" ? null : names.split(",");
}

function companies(ids: readonly string[], settings: Settings, actor: string): CreateOperation {
  return create(
    "companies",
    ids,
    lines(COMPANIES).map(
      ([name = "", industry = "", size = "", city = "", state = "", tags], index) => ({
        name,
        domain: domainOf(name),
        industry,
        size,
        phone: phoneOf(50 + index, settings),
        city,
        state,
        country: "United States",
        owner: actor,
        tags: listOf(tags),
      }),
    ),
  );
}

function contacts(
  ids: readonly string[],
  companyIds: readonly string[],
  settings: Settings,
  actor: string,
): CreateOperation {
  const employers = lines(COMPANIES);
  return create(
    "contacts",
    ids,
    lines(CONTACTS).map(
      ([firstName = "", lastName = "", title = "", company = "", source = "", tags], index) => {
        const employer = company === "" ? undefined : employers[Number(company)];
        const domain =
          employer === undefined ? `${slug(lastName)}.example` : domainOf(employer[0] ?? "");
        return {
          firstName,
          lastName,
          email: `${slug(firstName)}.${slug(lastName)}@${domain}`,
          phone: phoneOf(index, settings),
          company: employer === undefined ? null : [companyIds[Number(company)] ?? ""],
          title,
          city: employer?.[3] ?? null,
          state: employer?.[4] ?? null,
          country: "United States",
          website: employer === undefined ? `https://${domain}` : null,
          source,
          owner: actor,
          tags: listOf(tags),
          notes: NOTES[index] ?? null,
        };
      },
    ),
  );
}

function deals(
  ids: readonly string[],
  companyIds: readonly string[],
  contactIds: readonly string[],
  { currency }: Settings,
  actor: string,
  today: string,
): CreateOperation {
  return create(
    "deals",
    ids,
    lines(DEALS).map(
      ([
        name = "",
        amount = "",
        stage = "",
        days = "",
        company = "",
        people = "",
        source = "",
      ]) => ({
        name,
        value: `${Number(amount) * 10 ** minorDigits(currency)} ${currency}`,
        stage,
        closeDate: new Date(Date.parse(today) + Number(days) * 86_400_000)
          .toISOString()
          .slice(0, 10),
        owner: actor,
        company: [companyIds[Number(company)] ?? ""],
        contacts: people.split(",").map((index) => contactIds[Number(index)] ?? ""),
        source,
      }),
    ),
  );
}
