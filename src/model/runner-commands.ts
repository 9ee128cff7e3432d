/** Text of which no line is a command to GitHub's runner, which looks for `##[` anywhere in a line and for `::` at its start. */
export function disarmCommands(text: string): string {
  return disarmOldCommands(text).replace(/^([^\S\n]*)::/gm, '$1: :');
}

/** JSON that says the same and holds no old command: a line of it never begins with a new one. */
export function disarmJson(json: string): string {
  return json.replaceAll('##[', '#\\u0023[');
}

/** The same for what begins anywhere in a line; what we tell the runner ourselves begins a line. */
export function disarmOldCommands(text: string): string {
  return text.replaceAll('##[', '## [');
}
