/**
 * Other scripts written in Latin letters, so that the same name in two scripts can be compared. A letter becomes what most people who
 * write the name in Latin letters write (after BGN/PCGN and ISO 9, 233, 259, 843, 9984, 9985, simplified); Arabic and Hebrew keep only
 * the consonants that are written, so such names are compared by their consonants (sound.ts). Ideographs stay as they are.
 */
export function toLatin(text: string): string {
  if (!OTHER.test(text)) return text;
  return text
    .normalize("NFKC")
    .replace(HANGUL, romanised)
    .replace(KANA_LONG, "")
    .replace(KANA_SMALL, (_, kana: string, small: string) => {
      const head = LETTERS.get(kana) ?? "";
      return head.slice(0, -1) + (/[sc]h$|j$/.test(head.slice(0, -1)) ? "" : "y") + SMALL[small];
    })
    .replace(OTHER_LETTER, (letter) => LETTERS.get(letter) ?? letter);
}

const OTHER =
  /[\u0370-\u074f\u0780-\u07bf\u1780-\u17ff\u10a0-\u10ff\u3040-\u30ff\u1100-\u11ff\uac00-\ud7af]/;
const OTHER_LETTER = /[\u0370-\u05ff\u0600-\u06ff\u1780-\u17ff\u10a0-\u10ff\u3040-\u30ff]/g;
const HANGUL = /[\uac00-\ud7af]/g;
const KANA_LONG = /[ーッっ]/g;
const KANA_SMALL = /([キシチニヒミリギジビピきしちにひみりぎじびぴ])([ャュョゃゅょ])/g;
const SMALL: { readonly [kana: string]: string } = {
  ャ: "a",
  ュ: "u",
  ョ: "o",
  ゃ: "a",
  ゅ: "u",
  ょ: "o",
};

/** Letters and what they become, in pairs. */
const TABLES = [
  // Cyrillic: Russian, Ukrainian, Belarusian, Serbian, Macedonian, Bulgarian, Kazakh.
  "а a б b в v г g ґ g д d е e ё e є ye ж zh з z и i і i ї i й y к k л l м m н n о o п p р r с s т t у u ў u ф f х kh ц ts ч ch ш sh щ shch ъ",
  " ы y ь",
  " э e ю yu я ya ђ dj ј j љ lj њ nj ћ c џ dz ѓ g ќ k ѕ dz ә a ғ g қ k ң n ө o ұ u ү u һ h",
  // Greek.
  "α a β v γ g δ d ε e ζ z η i θ th ι i κ k λ l μ m ν n ξ x ο o π p ρ r σ s ς s τ t υ y φ f χ ch ψ ps ω o ά a έ e ή i ί i ό o ύ y ώ o ϊ i ϋ y ΐ i ΰ y",
  // Armenian.
  "ա a բ b գ g դ d ե e զ z է e ը e թ t ժ zh ի i լ l խ kh ծ ts կ k հ h ձ dz ղ gh ճ ch մ m յ y ն n շ sh ո o չ ch պ p ջ j ռ r ս s վ v տ t ր r ց ts ւ v փ p ք k օ o ֆ f և ev",
  // Georgian.
  "ა a ბ b გ g დ d ე e ვ v ზ z თ t ი i კ k ლ l მ m ნ n ო o პ p ჟ zh რ r ს s ტ t უ u ფ p ქ k ღ gh ყ q შ sh ჩ ch ც ts ძ dz წ ts ჭ ch ხ kh ჯ j ჰ h",
  // Hebrew: consonants.
  "א a ב b ג g ד d ה h ו v ז z ח ch ט t י y כ k ך k ל l מ m ם m נ n ן n ס s ע a פ p ף f צ ts ץ ts ק k ר r ש sh ת t",
  // Arabic, Persian, Urdu: consonants and long vowels.
  "ا a أ a إ i آ a ب b پ p ت t ث th ج j چ ch ح h خ kh د d ذ dh ر r ز z ژ zh س s ش sh ص s ض d ط t ظ z ع a غ gh ف f ق q ك k ک k گ g ل l م m ن n ه h ة a و u ؤ u ي i ى a ی i ئ i",
  // Khmer: consonants and the commonest vowels.
  "ក k ខ kh គ k ឃ kh ង ng ច ch ឆ ch ជ ch ឈ ch ញ nh ដ d ឋ th ឌ d ឍ th ណ n ត t ថ th ទ t ធ th ន n ប p ផ ph ព p ភ ph ម m យ y រ r ល l វ v ស s ហ h ឡ l អ a ា a ិ i ី i ុ o ូ u េ e ែ e ៃ ai ោ o ៅ au",
  // Kana.
  "ア a イ i ウ u エ e オ o カ ka キ ki ク ku ケ ke コ ko サ sa シ shi ス su セ se ソ so タ ta チ chi ツ tsu テ te ト to ナ na ニ ni ヌ nu ネ ne ノ no ハ ha ヒ hi フ fu ヘ he ホ ho マ ma ミ mi ム mu メ me モ mo ヤ ya ユ yu ヨ yo ラ ra リ ri ル ru レ re ロ ro ワ wa ヲ o ン n ガ ga ギ gi グ gu ゲ ge ゴ go ザ za ジ ji ズ zu ゼ ze ゾ zo ダ da ヂ ji ヅ zu デ de ド do バ ba ビ bi ブ bu ベ be ボ bo パ pa ピ pi プ pu ペ pe ポ po ヴ vu",
];

const LETTERS: ReadonlyMap<string, string> = lettersOf();

function lettersOf(): Map<string, string> {
  const letters = new Map<string, string>();
  for (const table of TABLES) {
    const parts = table.trim().split(" ");
    let at = 0;
    while (at < parts.length) {
      const letter = parts[at] as string;
      const next = parts[at + 1];
      // A letter without a sound (the soft and the hard sign) is followed by the next letter.
      const silent = next === undefined || OTHER.test(next);
      letters.set(letter, silent ? "" : next);
      letters.set(letter.toUpperCase(), silent ? "" : next);
      const code = letter.codePointAt(0) ?? 0;
      // Hiragana stand 96 places before katakana.
      if (code >= 0x30a1 && code <= 0x30f4)
        letters.set(String.fromCodePoint(code - 96), silent ? "" : next);
      at += silent ? 1 : 2;
    }
  }
  return letters;
}

const LEADS = "g kk n d tt r m b pp s ss  j jj ch k t p h".split(" ");
const VOWELS = "a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i".split(" ");
const TAILS = " k k k n n n t l k m l l l p l m p p t t ng t t k t p t".split(" ");

/** A Korean syllable by its parts, as the Revised Romanization writes them apart. */
function romanised(syllable: string): string {
  const place = syllable.charCodeAt(0) - 0xac00;
  const lead = LEADS[Math.floor(place / 588)] ?? "";
  const vowel = VOWELS[Math.floor((place % 588) / 28)] ?? "";
  return lead + vowel + (TAILS[place % 28] ?? "");
}
