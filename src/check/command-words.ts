/** Programs that only start another one, and those whose own words come before it. */
const STARTERS = /(?:^|\/)(?:tini|dumb-init|catatonit|docker-init|env|exec|nice|(?:ba|da|a)?sh)$/;

/** The program that does the work: `["/tini", "--", "gunicorn"]` and `["/bin/sh", "-c", "exec gunicorn …"]` both give gunicorn. */
export function firstWord(argv: readonly string[]): string | undefined {
  let words = [...argv];
  for (let left = 8; left > 0; left -= 1) {
    const [word, ...others] = words;
    if (word === undefined || !(STARTERS.test(word) || word.startsWith('-') || /^\w+=/.test(word))) return word;
    words = word === '-c' ? [...(others[0] ?? '').trim().split(/\s+/), ...others.slice(1)] : others;
  }
  return undefined;
}
