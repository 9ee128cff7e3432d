/** The last line a program wrote, errors first; for one-line messages. */
export function lastLine({ stdout, stderr }: { readonly stdout: string; readonly stderr: string }): string {
  const lines = `${stdout}\n${stderr}`.split('\n').map((line) => line.trim());
  return (lines.findLast((line) => line !== '') ?? 'it wrote nothing').slice(0, 200);
}
