/** The bundle needs what Node 24 has, and says so instead of failing inside of it; written so that any older Node can read it. */
const OLDEST = 24;
const [major = '0'] = process.versions.node.split('.');
if (Number(major) < OLDEST) {
  process.stderr.write(
    `slipway needs Node.js ${String(OLDEST)} or newer, and this is ${process.version} (${process.execPath})\n  → Install it from https://nodejs.org, or put a newer node first on PATH.\n`,
  );
  process.exit(2);
}
