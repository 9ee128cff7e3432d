/** Ports of one EXPOSE entry, inclusive. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** TCP ports of an image's ExposedPorts (`8080/tcp`, `8000-8010/tcp`, `8080`); entries that name no port are none. */
export function exposedPorts(entries: readonly string[]): readonly PortRange[] {
  return entries.flatMap((entry): PortRange[] => {
    const match = /^(\d{1,5})(?:-(\d{1,5}))?(?:\/tcp)?$/i.exec(entry.trim());
    if (match === null) return [];
    const [, first = '', last = first] = match;
    return [{ first: Number(first), last: Number(last) }];
  });
}

export function formatPorts(ranges: readonly PortRange[]): string {
  if (ranges.length === 0) return 'none';
  return ranges
    .map(({ first, last }) => (first === last ? String(first) : `${String(first)}-${String(last)}`))
    .join(', ');
}
