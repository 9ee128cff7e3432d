import { cp, rm } from 'node:fs/promises';
import { build } from 'esbuild';

// esbuild alone: its one binary runs on musl and glibc, so the lock holds for Alpine and Debian bases.
await rm('out', { recursive: true, force: true });
await build({
  entryPoints: ['src/main.js'],
  outdir: 'out',
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
});
await cp('index.html', 'out/index.html');
