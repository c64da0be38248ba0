import type { RecordKind } from "./header.ts";

/** What a column of people's files may mean besides a field: one cell with first and last name. */
export const FULL_NAME = "fullName";

/**
 * Names under which the ready-made fields occur in files, normalised (see header.ts): English first, then German, French,
 * Spanish, Portuguese, Italian, Dutch, and what exports of other products call them.
 */
const SYNONYMS: { readonly [sheet in RecordKind]: { readonly [field: string]: string } } = {
  contacts: {
    firstName:
      "first name|firstname|first|given name|givenname|forename|fname|f name|christian name|vorname|vornamen|rufname|prenom|prenoms|nombre|nombres|primer nombre|nome|primeiro nome|nome proprio|voornaam|given|name first|contact first name|lead first name|first names",
    lastName:
      "last name|lastname|last|surname|family name|familyname|lname|l name|second name|nachname|familienname|zuname|nom|nom de famille|apellido|apellidos|primer apellido|sobrenome|apelido|ultimo nome|cognome|achternaam|familienaam|name last|surnames",
    [FULL_NAME]:
      "name|full name|fullname|contact name|contact|contacts|contact person|person|person name|display name|displayname|client|client name|customer|customer name|lead name|lead|attendee|member|member name|file as|kontakt|kontaktperson|ansprechpartner|ansprechperson|vollstandiger name|name vorname|vorname nachname|vor und nachname|kundenname|nom complet|nom prenom|nom et prenom|prenom nom|contact principal|nombre completo|nombre y apellidos|nombre y apellido|contacto|persona de contacto|nome completo|nome e cognome|contato|pessoa de contato|referente|nominativo|naam|volledige naam|contactpersoon|people|who",
    email:
      "email|email address|emailaddress|email addr|mail|mail address|email id|e mail|email 1|email 1 value|email address 1|primary email|work email|business email|contact email|email work|email adresse|emailadresse|mailadresse|e mail adresse|courriel|adresse email|adresse mail|adresse courriel|adresse electronique|correo|correo electronico|direccion de correo|email contacto|endereco de email|indirizzo email|posta elettronica|emailadres|mailadres|smtp|person email work",
    phone:
      "phone|phone number|phonenumber|phone no|phone num|phone #|telephone|telephone number|telephone no|tel|tel no|tel number|tel nr|contact number|contact no|contact phone|mobile|mobile phone|mobile number|mobile no|cell|cell phone|cellphone|cell number|phone 1|phone 1 value|primary phone|work phone|business phone|direct phone|direct line|landline|telefon|telefonnummer|telefonnr|rufnummer|handy|handynummer|mobil|mobiltelefon|mobilnummer|festnetz|telephone portable|portable|numero de telephone|telephone fixe|telefono|numero de telefono|telefono movil|movil|celular|telefone|numero de telefone|telemovel|numero di telefono|cellulare|telefoon|telefoonnummer|mobiel|mobiele telefoon|gsm|whatsapp|phone work|phone mobile|person phone work",
    company:
      "company|company name|companyname|organization|organisation|organization name|organisation name|organization 1 name|org|org name|account|account name|accountname|employer|firm|firm name|business|business name|businessname|workplace|associated company|primary company|company organization|firma|firmenname|unternehmen|unternehmensname|arbeitgeber|gesellschaft|betrieb|societe|entreprise|nom de l entreprise|nom de la societe|raison sociale|compagnie|empresa|nombre de la empresa|compania|razon social|nome da empresa|organizacao|azienda|societa|ragione sociale|nome azienda|bedrijf|bedrijfsnaam|organisatie|current company|person organization|works at",
    title:
      "title|job title|jobtitle|job|job role|role|position|job position|designation|function|occupation|profession|organization title|organization 1 title|headline|titel|berufsbezeichnung|jobbezeichnung|stellenbezeichnung|funktion|beruf|stelle|poste|fonction|intitule du poste|metier|titre|cargo|puesto|puesto de trabajo|titulo|ocupacion|funcao|profissao|qualifica|ruolo|mansione|posizione|functie|functietitel|beroep|current position",
    street:
      "street|street address|streetaddress|address|address 1|address line 1|address line|addressline 1|address1|addr|street 1|mailing street|mailing address|business street|work street|address 1 street|postal address|street name|street number|billing street|primary address street|strasse|strasse hausnummer|strasse und hausnummer|strasse nr|anschrift|adresse|adresszeile 1|rue|adresse postale|adresse 1|numero et rue|calle|direccion|domicilio|direccion 1|rua|endereco|morada|logradouro|via|indirizzo|straat|straat en huisnummer|adres|straatnaam",
    city: "city|town|city town|town city|locality|suburb|municipality|mailing city|business city|address city|address 1 city|billing city|place|stadt|ort|wohnort|gemeinde|ville|commune|localite|ciudad|localidad|poblacion|municipio|cidade|localidade|citta|comune|localita|stad|plaats|woonplaats|gemeente",
    state:
      "state|province|region|county|state province|state region|state or province|state county|st|prov|mailing state|business state|address state|address 1 region|billing state|territory|bundesland|kanton|etat|departement|provincia|estado|estado provincia|comunidad autonoma|distrito|uf|regione|provincie|staat",
    postalCode:
      "postal code|postalcode|postcode|post code|zip|zip code|zipcode|zip postal code|zip postal|postal|postal zip code|zippostal|mailing zip|mailing zip postal code|mailing postal code|business postal code|address zip|address postal code|address 1 postal code|pin code|pincode|eircode|plz|postleitzahl|code postal|cp|codigo postal|cep|cap|codice postale|codice avviamento postale|postcode plaats",
    country:
      "country|country region|country name|nation|country code|mailing country|business country|business country region|address country|address 1 country|billing country|land|staat land|pays|pais|paese|nazione|landcode",
    website:
      "website|website url|web|webpage|url|homepage|home page|site|web address|www|internet|domain|company website|personal website|website 1 value|webseite|internetseite|webadresse|site web|site internet|sitio web|pagina web|site da web|pagina|sito|sito web|sito internet",
    source:
      "source|lead source|leadsource|contact source|original source|how did you hear about us|heard about us|referral source|acquisition source|channel|origin|campaign|quelle|herkunft|lead quelle|leadquelle|kanal|origine|provenance|source du lead|origen|fuente|fuente del lead|origem|fonte|origem do lead|origine lead|bron|herkomst|leadbron",
    owner:
      "owner|contact owner|lead owner|account owner|record owner|assigned to|assignee|assigned|assigned user|account manager|sales rep|sales representative|salesperson|sales person|sales agent|rep|agent|managed by|responsible|owner email|owner name|besitzer|zustandig|zustandiger|betreuer|kundenbetreuer|verantwortlich|verantwortlicher|bearbeiter|vertriebsmitarbeiter|inhaber|proprietaire|responsable|attribue a|commercial|propietario|asignado a|vendedor|comercial|proprietario|responsavel|atribuido a|responsabile|assegnato a|commerciale|eigenaar|toegewezen aan|verantwoordelijke|accountmanager",
    tags: "tags|tag|label|labels|categories|category|groups|group|group membership|keywords|lists|list|segments|segment|interests|kategorien|kategorie|schlagworte|schlagworter|stichworte|gruppe|gruppen|etiketten|etiquettes|etiquette|mots cles|categorie|groupe|etiquetas|etiqueta|categoria|categorias|grupo|grupos|marcadores|etichette|etichetta|gruppi|labels tags|trefwoorden|groepen",
    notes:
      "notes|note|comment|comments|remarks|remark|description|additional information|additional info|memo|background|background info|details|observations|misc|notizen|notiz|bemerkung|bemerkungen|kommentar|kommentare|anmerkung|anmerkungen|beschreibung|info|remarque|remarques|commentaire|commentaires|notas|nota|comentario|comentarios|observaciones|descripcion|observacoes|descricao|commenti|commento|osservazioni|descrizione|opmerking|opmerkingen|notities|notitie|beschrijving|toelichting",
    doNotContact:
      "do not contact|don t contact|dont contact|no contact|dnc|opted out|opt out|optout|has opted out|unsubscribed|unsubscribe|nicht kontaktieren|kein kontakt|kontaktsperre|abgemeldet|ne pas contacter|desinscrit|no contactar|nao contactar|non contattare|niet contacteren|uitgeschreven",
  },
  companies: {
    name: "name|company|company name|companyname|organization|organisation|organization name|organisation name|account|account name|business|business name|firm|firm name|employer|customer|customer name|client|client name|legal name|trading name|vendor|supplier|firma|firmenname|name der firma|unternehmen|unternehmensname|kunde|kundenname|societe|nom|entreprise|raison sociale|nom de l entreprise|nom de la societe|client|empresa|nombre|nombre de la empresa|razon social|compania|cliente|nome|nome da empresa|azienda|ragione sociale|nome azienda|societa|bedrijf|bedrijfsnaam|naam|organisatie|klant",
    domain:
      "domain|website|company domain|company domain name|domain name|website url|web|webpage|url|homepage|home page|site|web address|www|domane|webseite|internetseite|internet|site web|site internet|domaine|sitio web|pagina web|dominio|sito|sito web|domein",
    industry:
      "industry|sector|industry sector|business type|line of business|vertical|market|naics|sic|branche|industrie|sektor|wirtschaftszweig|secteur|secteur d activite|activite|industria|setor|ramo|settore|bedrijfstak|sector branche",
    size: "size|company size|employees|number of employees|no of employees|employee count|no employees|num employees|headcount|staff|team size|mitarbeiter|mitarbeiterzahl|anzahl mitarbeiter|grosse|unternehmensgrosse|effectif|nombre d employes|taille|taille de l entreprise|empleados|numero de empleados|tamano|tamano de la empresa|funcionarios|numero de funcionarios|tamanho|dipendenti|numero di dipendenti|dimensione|medewerkers|aantal medewerkers|grootte",
    phone:
      "phone|phone number|phone no|telephone|telephone number|tel|tel no|main phone|office phone|company phone|contact number|switchboard|telefon|telefonnummer|zentrale|numero de telephone|telefono|numero de telefono|telefone|numero di telefono|telefoon|telefoonnummer",
    street:
      "street|street address|address|address 1|address line 1|address line|address1|addr|street 1|billing street|billing address|company address|head office|headquarters|strasse|strasse und hausnummer|strasse hausnummer|anschrift|adresse|rue|adresse postale|calle|direccion|domicilio|rua|endereco|morada|via|indirizzo|straat|adres|straat en huisnummer",
    city: "city|town|city town|locality|suburb|billing city|address city|stadt|ort|ville|commune|ciudad|localidad|poblacion|cidade|localidade|citta|comune|stad|plaats|vestigingsplaats",
    state:
      "state|province|region|county|state province|state region|state or province|st|billing state|billing state province|territory|bundesland|kanton|etat|departement|provincia|estado|uf|regione|provincie",
    postalCode:
      "postal code|postalcode|postcode|post code|zip|zip code|zipcode|zip postal code|billing zip|billing zip postal code|billing postal code|plz|postleitzahl|code postal|cp|codigo postal|cep|cap|codice postale",
    country:
      "country|country region|country name|nation|billing country|land|pays|pais|paese|nazione",
    owner:
      "owner|company owner|account owner|record owner|assigned to|assignee|account manager|sales rep|salesperson|besitzer|betreuer|kundenbetreuer|verantwortlich|zustandig|proprietaire|responsable|commercial|propietario|asignado a|proprietario|responsavel|responsabile|eigenaar|accountmanager",
    tags: "tags|tag|label|labels|categories|category|groups|group|keywords|segment|type|account type|kategorie|kategorien|schlagworte|gruppe|etiquettes|categorie|etiquetas|categoria|etichette",
    notes:
      "notes|note|comment|comments|remarks|description|about|about us|memo|details|notizen|notiz|bemerkung|bemerkungen|beschreibung|kommentar|remarques|commentaires|notas|comentarios|observaciones|descripcion|observacoes|descricao|descrizione|opmerkingen|notities|beschrijving",
  },
  deals: {
    name: "name|title|deal|deal name|deal title|opportunity|opportunity name|opportunity title|subject|topic|project|project name|titel|bezeichnung|deal titel|projekt|betreff|verkaufschance|intitule|nom de l affaire|affaire|nom|objet|titulo|nombre|nombre del negocio|negocio|oportunidad|nome|nome do negocio|oportunidade|titolo|nome trattativa|trattativa|opportunita|naam|onderwerp",
    value:
      "value|amount|deal value|deal amount|deal size|price|total|revenue|worth|expected revenue|sum|opportunity amount|total value|contract value|acv|tcv|mrr|arr|close value|weighted value|wert|betrag|volumen|auftragswert|dealwert|umsatz|summe|preis|montant|valeur|prix|chiffre d affaires|importe|valor|monto|cantidad|ingresos|valor do negocio|importo|valore|prezzo|bedrag|waarde|omzet",
    stage:
      "stage|stage name|deal stage|sales stage|pipeline stage|opportunity stage|status|phase|deal status|verkaufsphase|etappe|dealphase|etape|statut|phase de vente|etapa|fase|estado|estado del negocio|etapa do negocio|stato|fase di vendita|stadium",
    closeDate:
      "close date|closedate|closing date|expected close date|expected close|estimated close date|est close date|forecast close date|closed date|close|closing|date closed|won date|abschlussdatum|erwartetes abschlussdatum|voraussichtlicher abschluss|abschluss|date de cloture|date de cloture prevue|date de signature|cloture|fecha de cierre|fecha de cierre prevista|fecha cierre|cierre|data de fechamento|data de encerramento|fechamento|data di chiusura|data chiusura|chiusura prevista|sluitingsdatum|verwachte sluitingsdatum|afsluitdatum",
    owner:
      "owner|deal owner|opportunity owner|record owner|assigned to|assignee|sales rep|sales representative|salesperson|sales person|sales agent|agent|rep|account manager|besitzer|zustandig|verantwortlich|vertriebsmitarbeiter|proprietaire|responsable|commercial|propietario|vendedor|asignado a|proprietario|responsavel|responsabile|commerciale|eigenaar|verantwoordelijke",
    company:
      "company|company name|organization|organisation|organization name|account|account name|associated company|customer|customer name|client|client name|business|firma|unternehmen|kunde|kundenname|societe|entreprise|client|empresa|compania|cliente|azienda|bedrijf|klant",
    contacts:
      "contact|contacts|contact name|contact person|primary contact|associated contact|associated contacts|person|contact full name|kontakt|kontakte|ansprechpartner|contacto|contactos|contato|contatos|contatto|contatti|contactpersoon",
    source:
      "source|lead source|leadsource|deal source|origin|channel|campaign|quelle|herkunft|leadquelle|origine|provenance|origen|fuente|origem|fonte|bron|herkomst",
    notes:
      "notes|note|comment|comments|remarks|description|details|next step|memo|notizen|notiz|bemerkung|bemerkungen|beschreibung|kommentar|remarques|commentaires|notas|comentarios|observaciones|descripcion|observacoes|descricao|descrizione|opmerkingen|notities|beschrijving",
  },
};

const indexes = new Map<RecordKind, ReadonlyMap<string, string>>();

/** From a normalised name to the field key, for one ready-made sheet. */
export function synonymsOf(sheet: RecordKind): ReadonlyMap<string, string> {
  let index = indexes.get(sheet);
  if (index === undefined) {
    const entries = new Map<string, string>();
    for (const [field, names] of Object.entries(SYNONYMS[sheet])) {
      for (const name of names.split("|")) if (!entries.has(name)) entries.set(name, field);
    }
    index = entries;
    indexes.set(sheet, index);
  }
  return index;
}

export function isRecordKind(sheet: string): sheet is RecordKind {
  return sheet === "contacts" || sheet === "companies" || sheet === "deals";
}
