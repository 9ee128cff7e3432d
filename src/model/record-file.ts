/** Where the record lies in an output folder. Joined by hand: the bundler takes `join(…, 'record.json')` for a file to ship and rewrites it. */
export function recordFileIn(output: string): string {
  return [output, 'record.json'].join('/');
}
