/** "Open" is the answer while a value that decides it is left open. */
export type Answer = "yes" | "no" | "open";

export const answer = (holds: boolean): Answer => (holds ? "yes" : "no");

export function not(one: Answer): Answer {
  if (one === "open") return one;
  return one === "yes" ? "no" : "yes";
}

export function anyOf(all: Iterable<Answer>): Answer {
  const answers = [...all];
  if (answers.includes("yes")) return "yes";
  return answers.includes("open") ? "open" : "no";
}

export function allOf(all: Iterable<Answer>): Answer {
  const answers = [...all];
  if (answers.includes("no")) return "no";
  return answers.includes("open") ? "open" : "yes";
}
