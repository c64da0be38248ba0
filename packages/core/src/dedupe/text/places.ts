/**
 * Countries and towns that people write in several languages or as a code, plain; the first stands for the others. Two-letter codes may mean
 * a state as well: in a column of states they are the same among themselves either way.
 */
const GROUPS = [
  "germany/de/deu/ger/deutschland/allemagne/alemania/alemanha/germania/duitsland/brd",
  "austria/at/aut/osterreich/oesterreich/autriche/oostenrijk",
  "switzerland/ch/che/schweiz/suisse/svizzera/suiza/suica/zwitserland",
  "france/fr/fra/frankreich/francia/franca/frankrijk",
  "united kingdom/uk/gb/gbr/great britain/grossbritannien/vereinigtes konigreich/royaume uni/reino unido/regno unito",
  "united states/us/usa/u s a/united states of america/vereinigte staaten/etats unis/estados unidos/stati uniti",
  "spain/es/esp/spanien/espagne/espana/espanha/spagna/spanje",
  "portugal/pt/prt",
  "italy/it/ita/italien/italie/italia",
  "netherlands/nl/nld/niederlande/holland/pays bas/paises bajos/paises baixos/paesi bassi/nederland/the netherlands",
  "belgium/be/bel/belgien/belgique/belgica/belgio/belgie",
  "luxembourg/lu/lux/luxemburg",
  "denmark/dk/dnk/danemark/danmark/dinamarca/danimarca/denemarken",
  "sweden/se/swe/schweden/suede/suecia/svezia/zweden/sverige",
  "norway/no/nor/norwegen/norvege/noruega/norvegia/noorwegen/norge",
  "finland/fi/fin/finnland/finlande/finlandia/suomi",
  "ireland/ie/irl/irland/irlande/irlanda/eire/ierland",
  "poland/pl/pol/polen/pologne/polonia/polska",
  "czechia/cz/cze/czech republic/tschechien/republique tcheque",
  "hungary/hu/hun/ungarn/hongrie/hungria/ungheria",
  "greece/gr/grc/griechenland/grece/grecia/griekenland",
  "turkey/tr/tur/turkei/turquie/turquia/turchia/turkiye",
  "russia/ru/rus/russland/russie/rusia/russian federation",
  "canada/can/kanada",
  "mexico/mx/mex/mexiko/mexique/messico",
  "brazil/br/bra/brasilien/bresil/brasil/brasile",
  "argentina/ar/arg/argentinien/argentine",
  "australia/au/aus/australien/australie",
  "new zealand/nz/nzl/neuseeland",
  "japan/jp/jpn/japon/giappone",
  "china/cn/chn/chine/cina",
  "india/ind/indien/inde",
  "south africa/za/zaf/sudafrika/afrique du sud/sudafrica",
  "munich/munchen/muenchen/monaco di baviera",
  "cologne/koln/koeln",
  "vienna/wien/vienne",
  "rome/roma/rom",
  "milan/milano/mailand",
  "naples/napoli/neapel",
  "turin/torino",
  "florence/firenze/florenz",
  "venice/venezia/venedig",
  "genoa/genova/genua",
  "lisbon/lisboa/lissabon",
  "prague/praha/prag",
  "warsaw/warszawa/warschau/varsovie",
  "copenhagen/kobenhavn/kopenhagen",
  "gothenburg/goteborg",
  "brussels/bruxelles/brussel/bruessel",
  "antwerp/antwerpen/anvers",
  "geneva/geneve/genf/ginevra",
  "zurich/zuerich",
  "basel/basle/bale",
  "moscow/moskva/moskau",
  "athens/athina/athen",
  "bucharest/bucuresti/bukarest",
  "belgrade/beograd/belgrad",
  "the hague/den haag/s gravenhage",
  "seville/sevilla",
  "nuremberg/nurnberg/nuernberg",
  "hanover/hannover",
  "cracow/krakow/krakau",
  "dusseldorf/duesseldorf",
  "saint petersburg/st petersburg/sankt petersburg",
] as const;

const FIRST: ReadonlyMap<string, string> = new Map(
  GROUPS.flatMap((group) => {
    const [first = "", ...others] = group.split("/");
    return others.map((other) => [other, first] as const);
  }),
);

/** One name for a country or town, however it is written; others as they are. Doing it again changes nothing. */
export function placeName(plainText: string): string {
  return FIRST.get(plainText) ?? plainText;
}
