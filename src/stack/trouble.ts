/** An exception with its type and what it says: `asyncpg.UndefinedTableError: relation "x" does not exist`. */
const EXCEPTION = /(?:Error|Exception)\b['")\]]*: ?\S/;
const COMPLAINT = /error|exception|fatal|panic|refused|denied|cannot|failed/i;
const HEAD = /Traceback \(most recent call last\)|During handling of the above exception/;

/** The line of a log that most likely says what went wrong: its last exception, else its last complaint. */
export function findTrouble(lines: readonly string[]): string | undefined {
  const told = lines.filter((line) => !HEAD.test(line));
  return told.findLast((line) => EXCEPTION.test(line)) ?? told.findLast((line) => COMPLAINT.test(line));
}
