/**
 * Contacts as people export them from five different programs: 21 columns, telephone numbers in six spellings, quoted
 * line breaks, accents, cells that look like formulas, about 8 % of rows near-duplicates of another row. The same rows for
 * the same count and seed; 100,000 of them are 29 MB.
 */
export function contacts(count: number, seed = 20_261_121): string[][] {
  const random = generator(Math.imul(seed, 1_000_003) + count);
  const duplicates = Math.round(count * 0.08);
  const people = Array.from({ length: count - duplicates }, (_, index) => person(random, index));
  const again = shuffle(random, [...people])
    .slice(0, duplicates)
    .map((original) => nearDuplicate(random, original));
  return shuffle(random, [...people, ...again]).map(({ cells }) => cells);
}

/** The rows under their header, as CSV with CRLF line ends. */
export function contactsCsv(count: number, seed?: number): string {
  return [HEADER, ...contacts(count, seed)]
    .map((row) => `${row.map(quoted).join(",")}\r\n`)
    .join("");
}

export const HEADER: readonly string[] = [
  "First Name",
  "Last Name",
  "Email",
  "Phone",
  "Company",
  "Job Title",
  "Street",
  "City",
  "State",
  "Postal Code",
  "Country",
  "Website",
  "Lead Source",
  "Owner",
  "Tags",
  "Notes",
  "Created Date",
  "Deal Name",
  "Deal Value",
  "Stage",
  "Expected Close Date",
];

/** Uniform in [0, 1): mulberry32. */
type Random = () => number;

interface Person {
  readonly digits: string;
  readonly cells: string[];
}

function person(random: Random, index: number): Person {
  const first = pick(random, FIRST);
  const last = pick(random, LAST);
  const [adjective, trade] = [pick(random, ADJECTIVES), pick(random, TRADES)];
  const company = `${adjective} ${trade} ${pick(random, FORMS)}`.trim();
  const domain = ascii(adjective + trade) + pick(random, [".com", ".net", ".example"]);
  const [city, state, country] = pick(random, PLACES);
  const created = below(random, 1700);
  const close = created + 10 + below(random, 390);
  const digits = Array.from({ length: 10 }, (_, place) =>
    place === 0 || place === 3 ? 2 + below(random, 8) : below(random, 10),
  ).join("");
  const value = 100 + below(random, 249_900) + pick(random, [0, 0, 0.5, 0.99]);
  const cells = [
    first,
    last,
    `${ascii(first)}.${ascii(last)}${index}@${domain}`,
    phone(random, digits),
    company,
    pick(random, TITLES),
    `${1 + below(random, 9998)} ${pick(random, STREETS)}`,
    city,
    state,
    String(below(random, 99_999)).padStart(5, "0"),
    country,
    `https://www.${domain}`,
    pick(random, SOURCES),
    pick(random, OWNERS),
    shuffle(random, [...TAGS])
      .slice(0, below(random, 4))
      .join(", "),
    pick(random, NOTES),
    day(created),
    `${company} – ${pick(random, PRODUCTS)}`,
    value.toFixed(2),
    pick(random, STAGES),
    day(close),
  ];
  return { digits, cells };
}

function nearDuplicate(random: Random, { digits, cells: original }: Person): Person {
  const cells = [...original];
  const change = (column: number, to: (text: string) => string) => {
    cells[column] = to(cells[column] ?? "");
  };
  const kind = below(random, 4);
  if (kind === 0 || kind === 3) change(below(random, 2), (name) => typo(random, name));
  if (kind === 1 || kind === 3) change(3, () => phone(random, digits));
  if (kind >= 2 || random() < 0.3) {
    const shout = random() < 0.5;
    change(2, (email) => (shout ? email.toUpperCase() : ` ${capitalised(email)}`));
  }
  if (random() < 0.4) {
    change(4, (name) => name.replace(" LLC", ", L.L.C.").replace(" Inc", " Incorporated"));
  }
  if (random() < 0.3) change(9, () => "");
  change(16, (date) =>
    day(Math.round((Date.parse(date) - DAY_0) / DAY_MS) + 1 + below(random, 89)),
  );
  return { digits, cells };
}

const DAY_MS = 86_400_000;
const DAY_0 = Date.UTC(2022, 0, 1);

function day(sinceFirst: number): string {
  return new Date(DAY_0 + sinceFirst * DAY_MS).toISOString().slice(0, 10);
}

function phone(random: Random, digits: string): string {
  const [a, b, c] = [digits.slice(0, 3), digits.slice(3, 6), digits.slice(6)];
  return pick(random, [
    `(${a}) ${b}-${c}`,
    `${a}-${b}-${c}`,
    `+1 ${a} ${b} ${c}`,
    `${a}.${b}.${c}`,
    `1${a}${b}${c}`,
    `+1${a}${b}${c}`,
  ]);
}

function typo(random: Random, text: string): string {
  if (text.length < 3) return text;
  const at = below(random, text.length - 1);
  const [head, letter, tail] = [text.slice(0, at), text.charAt(at), text.slice(at + 1)];
  return pick(random, [
    head + tail.charAt(0) + letter + tail.slice(1),
    head + tail,
    head + letter + letter + tail,
    head + "aeiourst".charAt(below(random, 8)) + tail,
  ]);
}

function capitalised(text: string): string {
  return text.replace(/[a-z]+/g, (word) => word.charAt(0).toUpperCase() + word.slice(1));
}

function ascii(text: string): string {
  return text
    .replace(/[Łł]/g, "l")
    .replace(/[Øø]/g, "o")
    .normalize("NFKD")
    .replace(/[^\x20-\x7e]|'/g, "")
    .toLowerCase();
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

function generator(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function below(random: Random, limit: number): number {
  return Math.floor(random() * limit);
}

function pick<T>(random: Random, list: readonly T[]): T {
  return list[below(random, list.length)] as T;
}

/** In place. */
function shuffle<T>(random: Random, list: T[]): T[] {
  for (let at = list.length - 1; at > 0; at -= 1) {
    const other = below(random, at + 1);
    [list[at], list[other]] = [list[other] as T, list[at] as T];
  }
  return list;
}

const FIRST =
  "James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth William Barbara Richard Susan Joseph Jessica Thomas Sarah Charles Karen Christopher Lisa Daniel Nancy Matthew Betty Anthony Margaret Mark Sandra Donald Ashley Steven Kimberly Paul Emily Andrew Donna Joshua Michelle Kenneth Carol Kevin Amanda Brian Dorothy George Melissa Edward Deborah José Zoë Søren Łukasz François Jürgen Chloé Siân Niamh Mehmet Yuki Wei Priya Aarav Fatima Omar Ngozi Kwame Olga Ivan".split(
    " ",
  );
const LAST =
  "Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Gonzalez Wilson Anderson Thomas Taylor Moore Jackson Martin Lee Perez Thompson White Harris Sanchez Clark Ramirez Lewis Robinson Walker Young Allen King Wright Scott Torres Nguyen Hill Flores Green Adams Nelson Baker Hall Rivera Campbell Mitchell Carter Roberts O'Brien McDonald Müller Çelik Šimić Ødegård Núñez Kowalski Petrov Tanaka Chen Patel Singh Okafor Mensah Ivanova Schmidt Dubois Rossi".split(
    " ",
  );
const ADJECTIVES =
  "Blue North Summit River Stone Bright Oak Pine Silver Golden Urban Coastal Prime Apex Nova Delta Harbor Cedar Maple Iron Swift Clear Green Red Sun Moon Star Lake Hill Valley".split(
    " ",
  );
const TRADES =
  "Plumbing Bakery Design Logistics Consulting Dental Legal Media Roofing Electric Fitness Software Foods Auto Landscaping Realty Accounting Printing Travel Optics Supply Construction Interiors Coffee Security Cleaning Farms Motors Marketing Labs".split(
    " ",
  );
const FORMS = ["LLC", "Inc", "Inc.", "Ltd", "Co", "Group", "& Sons", "GmbH", ""];
const TITLES = [
  "Owner",
  "Manager",
  "Director of Sales",
  "Buyer",
  "Office Manager",
  "CEO",
  "CFO",
  "Accountant",
  "Marketing Lead",
  "Engineer",
  "Receptionist",
  "Operations Manager",
  "VP Sales",
  "Founder",
  "Procurement Officer",
];
const STREETS = [
  "Main St",
  "Oak Ave",
  "Park Rd",
  "2nd St",
  "Maple Dr",
  "Washington Blvd",
  "Lake View Ct",
  "Hillcrest Ln",
  "Market St",
  "Church Rd",
];
const PLACES = [
  ["Springfield", "IL", "USA"],
  ["Portland", "OR", "USA"],
  ["Austin", "TX", "USA"],
  ["Denver", "CO", "USA"],
  ["Boston", "MA", "USA"],
  ["Miami", "FL", "USA"],
  ["Toronto", "ON", "Canada"],
  ["London", "", "United Kingdom"],
  ["Leeds", "", "United Kingdom"],
  ["Berlin", "BE", "Germany"],
  ["Lyon", "", "France"],
  ["Sydney", "NSW", "Australia"],
  ["Dublin", "", "Ireland"],
  ["Seattle", "WA", "USA"],
  ["Phoenix", "AZ", "USA"],
] as const;
const SOURCES = [
  "Web",
  "Referral",
  "Trade Show",
  "Cold Call",
  "Email Campaign",
  "Partner",
  "Walk-in",
  "Social",
];
const OWNERS = ["anna", "ben", "carla", "dev", "ella", "frank"].map((name) => `${name}@acme.test`);
const TAGS = [
  "vip",
  "newsletter",
  "wholesale",
  "retail",
  "2025",
  "2026",
  "follow-up",
  "late-payer",
  "prospect",
  "churn-risk",
];
const STAGES = ["Lead", "Qualified", "Proposal", "Negotiation", "Won", "Lost"];
const NOTES = [
  "Met at expo, wants a quote",
  "Prefers phone calls",
  "Call back in spring",
  'Asked for "net 60" terms',
  "Second line\nof a note",
  "Invoice sent; awaiting PO",
  "",
  "",
  "",
  "VIP – handle with care",
  "=not a formula",
  "Loves coffee ☕",
];
const PRODUCTS = [
  "product",
  "annual service",
  "renewal",
  "pilot",
  "upgrade",
  "bulk order",
  "retainer",
];
