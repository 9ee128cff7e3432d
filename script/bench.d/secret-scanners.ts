import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { searchFiles } from '../../src/image/secrets/file-search.ts';
import type { Sample } from '../secrets.d/sample.ts';
import { runChild } from './child.ts';

/** A scanner: which of the samples it finds something in, by number. */
export interface Scanner {
  readonly name: string;
  readonly find: (samples: readonly Sample[], folder: string) => Promise<ReadonlySet<number>>;
}

export const ours: Scanner = {
  name: 'ours',
  find: (samples) => Promise.resolve(new Set(samples.flatMap((sample, index) => (isFound(sample) ? [index] : [])))),
};

function isFound({ path, content }: Sample): boolean {
  const search = searchFiles();
  search.open(path, content.length);
  search.body(content, 0, content.length);
  search.close();
  return search.finish().hits.length > 0;
}

/** Each sample in a numbered folder of its own, at its own path. */
async function writeSamples(samples: readonly Sample[], folder: string): Promise<void> {
  for (const [index, { path, content }] of samples.entries()) {
    const file = join(folder, String(index), path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}

const REPORT = z.array(z.object({ File: z.string() }));

/** gitleaks with its own rules, archives included. */
export async function openGitleaks(program: string): Promise<Scanner> {
  // `go install` leaves the version out of the program; the module's is in its build information.
  const { stdout } = await runChild('go', ['version', '-m', program]);
  const version = /\bgitleaks\/v8\s+v(\S+)/.exec(stdout)?.[1] ?? 'of an unknown version';
  return {
    name: `gitleaks ${version}`,
    find: async (samples, folder) => {
      await writeSamples(samples, folder);
      const report = join(folder, '..', 'gitleaks.json');
      const options = ['--no-banner', '--max-archive-depth', '1', '--exit-code', '0', '--log-level', 'error'];
      await runChild(program, ['dir', folder, ...options, '--report-format', 'json', '--report-path', report]);
      const found = REPORT.parse(JSON.parse(await readFile(report, 'utf8')));
      return new Set(found.map(({ File }) => Number(File.slice(folder.length + 1).split('/', 1)[0])));
    },
  };
}

const SECRETLINT = `
import { lintSource } from '@secretlint/core';
import { creator } from '@secretlint/secretlint-rule-preset-recommend';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
const root = process.env.CORPUS;
const rules = [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: creator, options: {} }];
for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile()) continue;
  const filePath = join(entry.parentPath, entry.name);
  const source = { content: readFileSync(filePath, 'latin1'), filePath, ext: '', contentType: 'text' };
  const { messages } = await lintSource({ source, options: { config: { rules }, noPhysicFilePath: true } });
  if (messages.some(({ type }) => type === 'message')) console.log(filePath.slice(root.length + 1).split('/')[0]);
}
`;
const MANIFEST = z.object({ version: z.string() });

/** secretlint's recommended rules, installed in a folder. */
export async function openSecretlint(install: string): Promise<Scanner> {
  const manifest = join(install, 'node_modules/@secretlint/secretlint-rule-preset-recommend/package.json');
  const { version } = MANIFEST.parse(JSON.parse(await readFile(manifest, 'utf8')));
  return {
    name: `secretlint ${version}`,
    find: async (samples, folder) => {
      await writeSamples(samples, folder);
      const { stdout } = await runChild(process.execPath, ['--input-type=module', '--eval', SECRETLINT], {
        cwd: install,
        env: { CORPUS: folder },
      });
      return new Set(stdout.split('\n').filter(Boolean).map(Number));
    },
  };
}
