// Run as a program of its own: under another user, or in another engine's network namespace.
//   node read-engine-image.ts SOCKET REFERENCE store|loopback   prints what was read as JSON
import { tmpdir } from 'node:os';
import { readImage } from '../../src/image/read.ts';
import { makeEngineHttp } from '../../src/io/engine-http.ts';
import { makeEngineImages } from '../../src/io/engine-images.ts';
import { makeEngine } from '../../src/io/engine.ts';
import { makeFiles } from '../../src/io/files.ts';

const [socketPath = '', reference = '', way = 'store'] = process.argv.slice(2);
const files = makeFiles({ temporary: tmpdir() });
const engine = makeEngine({ socketPath });
const images = makeEngineImages({
  http: makeEngineHttp({ socketPath }),
  engine,
  files,
  loopbackOnly: way === 'loopback',
});
try {
  const { digest, how, source } = await images.open(reference);
  const cache = { get: () => Promise.resolve(undefined), put: () => Promise.resolve() };
  const { image, sizes, waste, accounts } = await readImage(source, digest, { cache });
  const user = process.getuid?.();
  console.log(JSON.stringify({ user, digest, how, image, sizes, waste, accounts, store: (await engine.info()).store }));
} finally {
  await images.close();
}
process.exit();
