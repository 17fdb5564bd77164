/**
 * A regular expression for decimal numbers of at least `minimum`, however many zeros stand in front. For places that
 * compare text only.
 */
export function atLeast(minimum: number): string {
  const digits = String(minimum);
  // Digit by digit: the same as `minimum` up to some place, larger there, anything after.
  const larger = [...digits].flatMap((digit, place) => {
    if (digit === "9") return [];
    const next = Number(digit) + 1;
    return [digits.slice(0, place) + (next === 9 ? "9" : `[${next}-9]`) + any(digits.length - place - 1)];
  });
  const longer = `[1-9][0-9]{${digits.length},}`;
  return `^0*(${[digits, ...larger, longer].join("|")})$`;
}

const any = (count: number): string => (count === 0 ? "" : `[0-9]{${count}}`);
