import { distance } from "../text/edit.ts";
import { type Kind, level, type Value } from "./kind.ts";

export interface Email extends Value {
  readonly local: string;
  readonly domain: string;
  /** Letters of its words, the words in order of the alphabet. */
  readonly letters: string;
}

/** Providers that give addresses to anybody: their domain says nothing about a company. */
const FREE = new Set(
  (
    "gmail.com googlemail.com yahoo.com yahoo.co.uk yahoo.fr yahoo.de yahoo.es yahoo.it yahoo.com.br ymail.com hotmail.com hotmail.co.uk hotmail.fr hotmail.de hotmail.it hotmail.es outlook.com outlook.de outlook.fr live.com live.co.uk msn.com " +
    "aol.com icloud.com me.com mac.com gmx.de gmx.net gmx.at gmx.ch web.de t-online.de freenet.de arcor.de posteo.de mail.ru yandex.ru yandex.com inbox.ru bk.ru list.ru rambler.ru qq.com 163.com 126.com sina.com naver.com daum.net hanmail.net " +
    "orange.fr wanadoo.fr free.fr laposte.net sfr.fr libero.it virgilio.it tiscali.it alice.it terra.com.br uol.com.br bol.com.br bigpond.com optusnet.com.au btinternet.com sky.com virginmedia.com ntlworld.com comcast.net verizon.net att.net " +
    "sbcglobal.net bellsouth.net cox.net charter.net earthlink.net shaw.ca rogers.com sympatico.ca proton.me protonmail.com zoho.com fastmail.com mail.com wp.pl o2.pl onet.pl interia.pl seznam.cz centrum.cz bluewin.ch telenet.be skynet.be ziggo.nl kpnmail.nl xs4all.nl"
  ).split(" "),
);

/** Whether addresses or pages at a domain belong to anybody. */
export function isFree(domain: string): boolean {
  return FREE.has(domain);
}

/** Mail boxes that several people read. */
const SHARED = new Set(
  "info contact office sales mail admin support hello kontakt service team".split(" "),
);

export const email: Kind<Email> = {
  name: "email",
  levels: [
    level("agrees", "is the same", 0.66, 0.0001),
    level("nearly", "differs by a slip of the pen", 0.08, 0.00003),
    level("nearly", "has the same name at another domain", 0.08, 0.0003),
    level("partly", "is much alike", 0.04, 0.0008),
    level("partly", "is at the same domain", 0.04, 0.004),
    level("differs", "differs", 0.1, 0.9947),
  ],
  parse(text) {
    const found = /([^\s<>@,;:"]+)@([^\s<>@,;:"]+)/.exec(text.toLowerCase());
    if (found === null) return undefined;
    let [, local = "", domain = ""] = found;
    local = local.replace(/^mailto:/, "").replace(/\+.*$/, "") || local;
    domain = domain.replace(/\.+$/, "");
    if (domain === "") return undefined;
    if (domain === "googlemail.com") domain = "gmail.com";
    if (domain === "gmail.com") local = local.replaceAll(".", "") || local;
    return { key: `${local}@${domain}`, local, domain, letters: lettersOf(local) };
  },
  compare(a, b) {
    const locals = distance(a.local, b.local, 2);
    const shorter = Math.min(a.local.length, b.local.length);
    if (a.domain === b.domain) {
      if (locals === 1 ? shorter >= 4 : locals === 2 && shorter >= 7) return 1;
    } else if (locals === 0 && distance(a.domain, b.domain, 2) <= 2) return 1;
    if (locals === 0 && shorter >= 4 && !SHARED.has(a.local)) return 2;
    if (a.letters === b.letters && a.letters.length >= 5) return 3;
    if (locals <= 2 && shorter >= 6) return 3;
    return a.domain === b.domain && !FREE.has(a.domain) ? 4 : 5;
  },
  keys: ({ key, local, domain, letters }) => [
    key,
    ...(SHARED.has(local) ? [] : [`l${local}`, `x${letters}`, `<${local.slice(0, 6)}`]),
    ...(FREE.has(domain) ? [] : [`d${domain}`]),
  ],
  rough: ({ local }) => local.slice(0, 3),
};

function lettersOf(local: string): string {
  return local
    .split(/[^\p{L}]+/u)
    .filter((part) => part !== "")
    .sort()
    .join("");
}

export interface Phone extends Value {
  readonly digits: string;
}

/**
 * Numbers are compared by their last nine digits, which leaves out country codes and trunk zeros in all their spellings; extensions are
 * cut off. That needs no tables of countries, so 100,000 numbers cost little.
 */
export const phone: Kind<Phone> = {
  name: "phone",
  levels: [
    level("agrees", "is the same", 0.68, 0.0002),
    level("nearly", "ends the same", 0.04, 0.00005),
    level("nearly", "differs by a digit", 0.05, 0.0001),
    level("partly", "begins the same", 0.05, 0.02),
    level("differs", "differs", 0.18, 0.97965),
  ],
  parse(text) {
    const digits = text
      .replace(/(?:ext|extension|x|durchwahl|poste|#|;ext=)[\s.:=]*\d{1,6}\s*$/i, "")
      .replace(/\(0\)/g, "")
      .replace(/\D+/g, "");
    return digits.length < 4 ? undefined : { key: digits.slice(-9), digits };
  },
  compare(a, b) {
    const [x, y] = [a.key, b.key];
    const shorter = Math.min(x.length, y.length);
    if (shorter >= 6 && x.slice(-Math.min(7, shorter)) === y.slice(-Math.min(7, shorter))) return 1;
    if (shorter >= 7 && distance(x, y, 1) <= 1) return 2;
    return shorter >= 7 && x.slice(0, 4) === y.slice(0, 4) ? 3 : 4;
  },
  keys: ({ key }) => [key, `7${key.slice(-7)}`, `<${key.slice(0, 6)}`, `>${key.slice(-5)}`],
  rough: ({ key }) => key.slice(-4),
};

/** The domain of a web address, or a domain alone. */
export const website: Kind<Value> = {
  name: "website",
  levels: [
    level("agrees", "is the same", 0.8, 0.0008),
    level("nearly", "differs by little", 0.06, 0.0002),
    level("differs", "differs", 0.14, 0.999),
  ],
  parse(text) {
    const bare = text
      .trim()
      .toLowerCase()
      .replace(/^[a-z]+:\/\//, "")
      .replace(/^.*@\s*/, "")
      .replace(/^www\d?\./, "");
    const domain = bare.replace(/[/?#:].*$/, "").replace(/[\s.]+$/, "");
    if (domain === "") return undefined;
    const path = SHARED_SITES.test(domain) ? bare.slice(domain.length).replace(/[/?#]+$/, "") : "";
    return { key: domain + path };
  },
  compare: ({ key: a }, { key: b }) =>
    distance(a, b, 2) <= (Math.min(a.length, b.length) > 9 ? 2 : 1) ||
    withoutEnd(a) === withoutEnd(b)
      ? 1
      : 2,
  keys: ({ key }) => [key, withoutEnd(key), `<${key.slice(0, 6)}`],
  rough: ({ key }) => key.slice(0, 4),
};

const SHARED_SITES = /(?:^|\.)(?:facebook|linkedin|instagram|twitter|x|xing|youtube|github)\.com$/;

function withoutEnd(key: string): string {
  return key.replace(/\.(?:co\.|com\.)?[a-z]+$/, "");
}
