/** One student with everything that hangs on it, made from the seed and the student's number alone. */
import { SECTIONS_PER_STUDENT, type Catalog, type Row, type Section } from "./catalog.ts";
import { legalName, preferredName, sortName } from "./names.ts";
import { generatedId, random, type Random } from "./random.ts";

const CAREERS = [
  { career: "undergraduate", weight: 70, levels: ["first_year", "sophomore", "junior", "senior"] },
  { career: "graduate", weight: 22, levels: ["masters", "doctoral"] },
  { career: "professional", weight: 5, levels: ["professional"] },
  { career: "non_degree", weight: 3, levels: ["non_degree"] },
] as const;
const LIFECYCLES = ["active", "admitted", "leave", "withdrawn", "graduated"] as const;
const LIFECYCLE_WEIGHTS = [88, 4, 3, 2, 3];
const LETTERS = ["A", "A-", "B+", "B", "B-", "C+", "C", "D", "F"] as const;
const LETTER_WEIGHTS = [22, 16, 14, 16, 10, 8, 7, 4, 3];

export interface StudentRows {
  readonly persons: Row;
  readonly students: Row;
  readonly enrollments: readonly Row[];
  readonly final_grades: readonly Row[];
}

export function student(seed: number, index: number, catalog: Catalog): StudentRows {
  const chance = random(`${seed}:student:${index}`);
  const id = generatedId(seed, "student", index);
  const personId = generatedId(seed, "person", index);
  const legal = legalName(chance);
  const preferred = preferredName(legal, chance);
  const netId = `s${String(index).padStart(7, "0")}`;
  const career = CAREERS[chance.weighted(CAREERS.map((each) => each.weight))]!;
  const home = catalog.campuses[chance.weighted(catalog.campuses.map((each) => each.share))]!;
  // Two in a hundred also sit in a section of another campus, which makes that campus one of theirs.
  const guestAt = chance.chance(2) ? chance.pick(catalog.campuses.filter((each) => each !== home)) : undefined;
  const sections = chosenSections(catalog, home.id, guestAt?.id, chance);
  const updatedAt = new Date(Date.UTC(2026, 7, 1) + chance.below(60 * 24 * 3600) * 1000).toISOString();
  const enrollments = sections.map((section, nth) => enrollment(seed, index, nth, id, section, chance));
  return {
    persons: {
      ...{ id: personId, created_at: updatedAt, updated_at: updatedAt, legal_name: legal, preferred_name: preferred },
      pronouns: chance.chance(20) ? chance.pick(["she/her", "he/him", "they/them"]) : null,
      ...{ net_id: netId, institutional_email: `${netId}@example.edu` },
      personal_email: chance.chance(80) ? `${netId}@personal.example.edu` : null,
      phones: chance.chance(85) ? [{ type: "mobile", e164: fictionalPhone(chance) }] : [],
      birth_date: new Date(Date.UTC(1996 + chance.below(12), chance.below(12), 1 + chance.below(28)))
        .toISOString()
        .slice(0, 10),
    },
    students: {
      ...{ id, person_id: personId, created_at: updatedAt, updated_at: updatedAt },
      student_number: `9${String(index).padStart(8, "0")}`,
      ...{ career: career.career, class_level: chance.pick(career.levels) },
      lifecycle: LIFECYCLES[chance.weighted(LIFECYCLE_WEIGHTS)],
      ...{ enrollment_load: "full_time", cohort_code: null },
      residency: chance.pick(["resident", "resident", "nonresident", "international"]),
      home_campus_id: home.id,
      campus_ids: guestAt === undefined ? [home.id] : [home.id, guestAt.id],
      sort_name: sortName(legal, preferred),
    },
    enrollments,
    final_grades: enrollments.flatMap((row, nth) =>
      sections[nth]!.closed ? [grade(seed, index, nth, row, chance)] : [],
    ),
  };
}

/** Different sections of each term; the guest section replaces the last one of the running term. */
function chosenSections(catalog: Catalog, homeId: string, guestId: string | undefined, chance: Random): Section[] {
  const chosen = [true, false].flatMap((closed) => {
    const offered = catalog.sections.get(homeId)!.filter((section) => section.closed === closed);
    const first = chance.below(offered.length);
    return Array.from({ length: SECTIONS_PER_STUDENT }, (_, nth) => offered[(first + nth) % offered.length]!);
  });
  if (guestId === undefined) return chosen;
  return [...chosen.slice(0, -1), chance.pick(catalog.sections.get(guestId)!.filter((section) => !section.closed))];
}

function enrollment(
  seed: number,
  index: number,
  nth: number,
  studentId: string,
  section: Section,
  chance: Random,
): Row {
  const basis = section.bases.includes("letter") && !chance.chance(8) ? "letter" : chance.pick(section.bases);
  return {
    ...{
      id: generatedId(seed, `enrollment:${nth}`, index),
      student_id: studentId,
      section_id: section.id,
      term_id: section.termId,
    },
    ...{ role: basis === "audit" ? "auditor" : "student", state: section.closed ? "completed" : "enrolled" },
    ...{ credits: 3, grading_basis: basis, added_on: section.closed ? "2026-01-20" : "2026-08-24" },
    completed_on: section.closed ? "2026-05-20" : null,
  };
}

function grade(seed: number, index: number, nth: number, row: Row, chance: Random): Row {
  const at = "2026-05-20T17:00:00.000Z";
  return {
    ...{ id: generatedId(seed, `grade:${nth}`, index), enrollment_id: row.id, student_id: row.student_id },
    ...{
      section_id: row.section_id,
      term_id: row.term_id,
      basis: row.grading_basis,
      symbol: symbol(row.grading_basis, chance),
    },
    ...{ state: "posted", submitted_by: "seed", submitted_at: at, posted_at: at },
  };
}

function symbol(basis: unknown, chance: Random): string {
  switch (basis) {
    case "letter":
      return LETTERS[chance.weighted(LETTER_WEIGHTS)]!;
    case "pass_no_pass":
      return chance.chance(93) ? "P" : "NP";
    case "satisfactory":
      return chance.chance(95) ? "S" : "U";
    default:
      return "AU";
  }
}

/** Numbers 555-0100 to 555-0199 are set aside for fiction in every area code. */
function fictionalPhone(chance: Random): string {
  return `+1${chance.pick(["312", "414", "608", "773"])}55501${String(chance.below(100)).padStart(2, "0")}`;
}
