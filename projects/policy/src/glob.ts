/** Patterns in which `*` stands for any text and `?` for one character, as policies and exceptions write them. */

export function matchesGlob(pattern: string, text: string): boolean {
  const parts = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${parts}$`, "s").test(text);
}

/** Whether some text matches both patterns. */
export function overlap(one: string, other: string): boolean {
  const known = new Map<string, boolean>();
  const meet = (i: number, j: number): boolean => {
    const key = `${i},${j}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const [a, b] = [one[i], other[j]];
    let met: boolean;
    if (a === undefined && b === undefined) met = true;
    // A star ends here, or swallows what the other pattern says next.
    else if (a === "*") met = meet(i + 1, j) || (b !== undefined && meet(i, j + 1));
    else if (b === "*") met = meet(i, j + 1) || (a !== undefined && meet(i + 1, j));
    else met = a !== undefined && b !== undefined && (a === b || a === "?" || b === "?") && meet(i + 1, j + 1);
    known.set(key, met);
    return met;
  };
  return meet(0, 0);
}
