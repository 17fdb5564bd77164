/** What students are enrolled in: campuses, terms, courses and sections, all fictional. */
import { generatedId, random } from "./random.ts";

/** Share of the students at each campus, in percent. */
const CAMPUSES = [
  { code: "MAI", name: "Main Campus", share: 45 },
  { code: "NOR", name: "North Campus", share: 25 },
  { code: "LAK", name: "Lakeside Campus", share: 15 },
  { code: "MED", name: "Medical Campus", share: 10 },
  { code: "ONL", name: "Online Campus", share: 5 },
] as const;

const TERMS = [
  {
    ...{ code: "2026SP", title: "Spring 2026", state: "closed" },
    ...{ start_date: "2026-01-20", add_deadline: "2026-01-30", drop_deadline: "2026-02-06", census_date: "2026-02-09" },
    ...{ withdraw_deadline: "2026-04-03", end_date: "2026-05-15", grades_due_at: "2026-05-22T23:59:59.000Z" },
  },
  {
    ...{ code: "2026FA", title: "Fall 2026", state: "in_progress" },
    ...{ start_date: "2026-08-24", add_deadline: "2026-09-04", drop_deadline: "2026-09-11", census_date: "2026-09-14" },
    ...{ withdraw_deadline: "2026-11-06", end_date: "2026-12-18", grades_due_at: "2026-12-28T23:59:59.000Z" },
  },
] as const;

const SUBJECTS = ["ART", "BIOL", "CHEM", "CS", "ECON", "ENGL", "HIST", "MATH", "MUS", "NURS", "PHIL", "PHYS"] as const;
const TOPICS = ["Foundations of", "Topics in", "Advanced", "Methods of", "Seminar in"] as const;
const STUDENTS_PER_SECTION = 26;
export const SECTIONS_PER_STUDENT = 4;

export type Row = Readonly<Record<string, unknown>>;
export interface Section {
  readonly id: string;
  readonly termId: string;
  readonly closed: boolean;
  readonly bases: readonly string[];
}
export interface Catalog {
  readonly campuses: readonly { readonly id: string; readonly code: string; readonly share: number }[];
  /** Sections by campus id; every campus has at least `SECTIONS_PER_STUDENT` a term. */
  readonly sections: ReadonlyMap<string, readonly Section[]>;
  readonly rows: {
    readonly campuses: readonly Row[];
    readonly academic_sessions: readonly Row[];
    readonly courses: readonly Row[];
    readonly sections: readonly Row[];
  };
}

export function catalog(seed: number, students: number): Catalog {
  const campuses = CAMPUSES.map((campus, index) => ({ ...campus, id: generatedId(seed, "campus", index) }));
  const terms = TERMS.map((term, index) => ({ ...term, id: generatedId(seed, "term", index) }));
  const courses = SUBJECTS.flatMap((subject, s) =>
    TOPICS.map((topic, t) => course(seed, subject, topic, s * TOPICS.length + t)),
  );
  const rows: Row[] = [];
  const sections = new Map<string, Section[]>();
  for (const [termIndex, term] of terms.entries()) {
    let crn = 10_000;
    for (const campus of campuses) {
      const seats = Math.ceil((students * campus.share) / 100) * SECTIONS_PER_STUDENT;
      const count = Math.max(SECTIONS_PER_STUDENT, Math.ceil(seats / STUDENTS_PER_SECTION));
      for (let number = 0; number < count; number++) {
        const id = generatedId(seed, `section:${termIndex}`, crn);
        const taught = random(`${seed}:section:${termIndex}:${crn}`).pick(courses);
        const closed = term.state === "closed";
        rows.push({
          ...{ id, course_id: taught.id, term_id: term.id, campus_id: campus.id, crn: String(crn++) },
          ...{ section_no: String(number + 1).padStart(3, "0"), credits: taught.credit_max, capacity: 40 },
          ...{ modality: campus.code === "ONL" ? "online_async" : "in_person", state: closed ? "graded" : "closed" },
        });
        const ofCampus = sections.get(campus.id) ?? [];
        ofCampus.push({ id, termId: term.id, closed, bases: taught.grading_bases });
        sections.set(campus.id, ofCampus);
      }
    }
  }
  return {
    campuses,
    sections,
    rows: {
      campuses: campuses.map(({ id, code, name }) => ({ id, code, name, time_zone: "America/Chicago" })),
      academic_sessions: terms.map((term) => ({ ...term, type: "term" })),
      courses,
      sections: rows,
    },
  };
}

function course(seed: number, subject: string, topic: string, index: number) {
  const seminar = topic.startsWith("Seminar");
  return {
    ...{
      id: generatedId(seed, "course", index),
      subject,
      number: String(101 + index * 7),
      title: `${topic} ${subject}`,
    },
    ...{ credit_min: seminar ? 1 : 3, credit_max: seminar ? 1 : 3, career: "undergraduate", repeatable: seminar },
    grading_bases: seminar ? ["pass_no_pass", "satisfactory"] : ["letter", "pass_no_pass", "audit"],
  };
}
