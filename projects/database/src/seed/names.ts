/** Names for people who do not exist: common given and family names, and some that break naive software. */
import type { Random } from "./random.ts";

const GIVEN = [
  ..."Mary James Patricia Robert Jennifer John Linda Michael Elizabeth David Barbara William Susan Richard".split(" "),
  ..."Jessica Joseph Sarah Thomas Karen Carlos Nancy Luis Wei Ana Mohammed Fatima Aisha Hiroshi Yuki Priya Arjun".split(
    " ",
  ),
  ..."Zoë José Renée Søren Łukasz Jürgen Anaïs Þór Dvořák Nguyệt Ngọc Ayşe Siobhán Mária Øyvind".split(" "),
  ..."美咲 伟 서연 Дмитрий Ελένη محمد נועה अनन्या".split(" "),
];
const FAMILY = [
  ..."Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Wilson Anderson".split(
    " ",
  ),
  ..."Thomas Taylor Moore Jackson Martin Lee Perez Thompson White Harris Sanchez Clark Ramirez Lewis Robinson".split(
    " ",
  ),
  ..."Nuñez Müller Ibáñez O'Brien D'Angelo Åkesson Çelik Şahin Đặng Kowalczyková Šimůnek Guðmundsdóttir".split(" "),
  ..."van-der-Berg Al-Farouq 佐藤 王 김 Иванова Παπαδόπουλος حسن כהן शर्मा".split(" "),
  "de la Cruz y Fernández de Córdoba",
  "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissenhaftschaferswessen",
];

export interface Name {
  readonly family: string;
  readonly given: string;
  readonly middle?: string;
  readonly suffix?: string;
}

/** One person in a hundred has one name only; registrars write the given name as FNU, first name unknown. */
export function legalName(chance: Random): Name {
  const family = chance.pick(FAMILY).slice(0, 80);
  if (chance.chance(1)) return { family, given: "FNU" };
  return {
    family,
    given: chance.pick(GIVEN),
    ...(chance.chance(30) ? { middle: chance.pick(GIVEN) } : {}),
    ...(chance.chance(2) ? { suffix: chance.pick(["Jr.", "II", "III"]) } : {}),
  };
}

export function preferredName(legal: Name, chance: Random): Name | null {
  return chance.chance(12) ? { family: legal.family, given: chance.pick(GIVEN) } : null;
}

/** How a family name is put in order: composed and case folded. */
export function sortName(legal: Name, preferred: Name | null): string {
  return (preferred ?? legal).family.normalize("NFC").toLowerCase();
}
