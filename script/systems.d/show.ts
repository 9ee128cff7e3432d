/** Bytes with a unit, three digits: `290 MB`. */
export function showBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? String(value) : value.toPrecision(3)} ${units[unit] ?? ''}`;
}

/** Milliseconds as seconds: `4.1 s`. */
export function showSeconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

/** How much smaller, or larger, one number of bytes is than another: `12 % smaller`. */
export function showShare(bytes: number, than: number): string {
  const share = Math.round(100 * (1 - bytes / than));
  return share < 0 ? `${String(-share)} % larger` : `${String(share)} % smaller`;
}
