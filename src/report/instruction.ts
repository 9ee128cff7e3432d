/** A history line as its author wrote it: BuildKit's and the classic builder's wrapping removed, on one line. */
export function shownInstruction(instruction: string | undefined): string {
  return (instruction ?? '')
    .replace(/\s+# buildkit$/, '')
    .replace(/^\/bin\/sh -c #\(nop\)\s+/, '')
    .replace(/^(?:RUN )?(?:\|\d+ .*?)?\/bin\/(?:ba)?sh -c /, 'RUN ')
    .replace(/\s+/g, ' ')
    .trim();
}
