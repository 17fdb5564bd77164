/** An instant column as the API writes it: UTC, milliseconds. The column is one of ours, never input. */
export function instant(column: string): string {
  return `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}
