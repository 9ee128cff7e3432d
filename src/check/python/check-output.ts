/** A sentence of `pip check` or `uv pip check`. */
export interface CheckComplaint {
  readonly distribution: string;
  /** What it asks for; absent: its wheel is said to be for another platform. */
  readonly required?: string;
  readonly message: string;
}

const FORMS: readonly RegExp[] = [
  /^(?<distribution>\S+) \S+ requires (?<required>[\w.-]+), which is not installed\.?$/,
  /^(?<distribution>\S+) \S+ has requirement (?<required>[\w.-]+)(?![\w.-]).*, but you have \S+ .+$/,
  /^(?<distribution>\S+) \S+ is not supported on this platform\.?$/,
  /^The package `(?<distribution>[^`]+)` requires `(?<required>[\w.-]+)(?![\w.-])[^`]*`, but .+$/,
];

/** What the two programs complain about; other lines are left out. */
export function parseCheckOutput(output: string): CheckComplaint[] {
  return output.split(/\r?\n/).flatMap((line) => {
    const message = line.trim();
    const groups = FORMS.map((form) => form.exec(message)?.groups).find((found) => found !== undefined);
    const { distribution, required } = groups ?? {};
    return distribution === undefined
      ? []
      : [{ distribution, ...(required === undefined ? {} : { required }), message }];
  });
}
