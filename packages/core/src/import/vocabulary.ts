/**
 * Words that stand in header rows of lists of people, companies and deals, in the languages of the importer. Used to tell a header
 * from data; `synonyms.ts` says which field a header means.
 */
const WORDS = new Set(
  (
    "id no nr num number code key ref reference type kind category class group status state stage name first last middle full given family " +
    "surname forename nickname prefix suffix salutation initials title position role job occupation email mail address street line city town " +
    "locality county region province postal postcode zip plz country phone telephone tel mobile cell fax website web url homepage domain " +
    "company organization organisation account employer firm business customer client contact lead prospect person industry sector size " +
    "employees revenue source channel campaign owner assigned manager agent rep salesperson user tags tag labels label keywords notes note " +
    "comment comments remarks description details summary subject message date time day month year created modified updated closed close opened " +
    "due start end begin birthday birthdate dob age gender sex language currency amount value price cost total quantity qty count rate percent " +
    "probability discount tax vat deal deals opportunity product item sku unit units weight height width length latitude longitude lat lon lng " +
    "active enabled verified subscribed priority score rating rank result department team branch office location site area zone link photo image " +
    "vorname nachname familienname anrede strasse straße ort stadt land telefon mobil handy firma unternehmen kunde kundennummer datum betrag " +
    "preis menge bemerkung bemerkungen notiz notizen anzahl geburtsdatum postleitzahl hausnummer abteilung ansprechpartner branche quelle besitzer " +
    "prenom prénom nom adresse ville pays téléphone telephone courriel société societe entreprise montant prix quantité statut étape etape remarque " +
    "nombre apellido apellidos correo teléfono telefono dirección direccion ciudad país pais empresa fecha importe precio cantidad estado etapa notas " +
    "nome cognome sobrenome cidade endereço endereco celular empresa valor preço preco data azienda indirizzo città citta paese telefono cellulare importo " +
    "voornaam achternaam tussenvoegsel bedrijf straat plaats postcode telefoon mobiel bedrag datum opmerking opmerkingen"
  ).split(" "),
);

/** Whether a text reads like a column's name: at least half of its words are words of header rows. */
export function isHeaderWord(text: string): boolean {
  const words = text
    .replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}]+/u)
    .filter((word) => word !== "");
  if (words.length === 0 || words.length > 6) return false;
  let known = 0;
  for (const word of words)
    if (WORDS.has(word) || (word.endsWith("s") && WORDS.has(word.slice(0, -1)))) known++;
  return known * 2 >= words.length;
}
