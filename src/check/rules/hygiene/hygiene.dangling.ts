import { z } from 'zod';
import type { FileEntry, FileFacts } from '../../../model/facts.ts';
import type { ImageRuntimeConfig } from '../../../model/image.ts';
import type { Finding } from '../../../model/verdict.ts';
import { findAppFolders } from '../../app-paths.ts';
import { failWithFew, isBelow, placeInImage, showPath, storedPath } from '../../path-findings.ts';
import { envCommand, findProgram, isExecutable, readHead, searchPath } from '../../program.ts';
import { defineRule } from '../../rule.ts';

const settings = z.strictObject({
  allow: z.array(z.string()).default([]).describe('Paths that may lead nowhere, with all below them.'),
});

/** Targets that exist only in a running container, or that slim images leave out on purpose. */
const AT_RUN_TIME = ['proc', 'sys', 'dev', 'run', 'var/run', 'tmp', 'var/tmp', 'mnt', 'media'];

/** What cannot be started: the image's program, interpreters and loaders of the programs on PATH, symlinks among them and in the app's folders. */
export const hygieneDangling = defineRule({
  id: 'hygiene.dangling',
  title: 'What the image starts is there: programs, interpreters, links',
  severity: 'error',
  keys: [],
  kinds: ['service', 'job'],
  needs: ['files', 'image'],
  instruction: 'CMD',
  settings,
  check({ files, image: { config } }, { settings: { allow } }) {
    const allowed = allow.map(storedPath);
    const start = judgeStart(files, config);
    const folders = programFolders(files, config);
    const app = findAppFolders({ config });
    const findings = [...start.findings];
    for (const entry of files.entries()) {
      if (entry.base || isBelow(entry.path, allowed) || entry.path === start.path) continue;
      const onPath = folders.has(entry.path.slice(0, Math.max(0, entry.path.lastIndexOf('/'))));
      if (entry.kind === 'symlink' && (onPath || isBelow(entry.path, app))) findings.push(...judgeLink(files, entry));
      if (entry.kind === 'file' && onPath && isExecutable(entry)) findings.push(...judgeProgram(files, config, entry));
    }
    return failWithFew(findings, start.path === undefined ? 'no program' : showPath(start.path));
  },
});

/** Folders of PATH by their real names, because entries() follows no links. */
function programFolders(files: FileFacts, config: ImageRuntimeConfig): ReadonlySet<string> {
  return new Set(
    searchPath(config).flatMap((folder) => {
      const found = files.resolve(storedPath(folder));
      return found?.kind === 'directory' ? [found.path] : [];
    }),
  );
}

function judgeStart(files: FileFacts, config: ImageRuntimeConfig): { path?: string; findings: readonly Finding[] } {
  const [name] = [...config.entrypoint, ...config.command];
  if (name === undefined || name === '') return { findings: [] };
  const found = findProgram(files, config, name);
  if (found === undefined) {
    const where = name.includes('/') ? 'in the final file system' : `on PATH (${searchPath(config).join(':')})`;
    const remedy = 'Copy the program into the last stage, or correct ENTRYPOINT and CMD.';
    return { findings: [{ message: `the image starts ${name}, which is not ${where}`, seen: name, remedy }] };
  }
  if (found.kind !== 'file' || !isExecutable(found)) {
    const what = found.kind === 'file' ? 'is not executable' : `is a ${found.kind}`;
    const message = `the image starts ${name}, and ${showPath(found.path)} ${what}`;
    const remedy = 'Make it executable in git (git update-index --chmod=+x) or with COPY --chmod=755.';
    return { path: found.path, findings: [{ message, seen: found.mode.toString(8), remedy }] };
  }
  return { path: found.path, findings: judgeProgram(files, config, found) };
}

function judgeLink(files: FileFacts, { path, link }: FileEntry): readonly Finding[] {
  const target = link.startsWith('/') ? storedPath(link) : resolveText(path, link);
  if (files.resolve(path) !== undefined || isBelow(target, AT_RUN_TIME)) return [];
  // Slim images drop manual pages, and Debian's alternatives still link to them.
  if (/(?:^|\/)man\//.test(target)) return [];
  const message = `${showPath(path)} links to ${showPath(target)}, which is not in the final file system`;
  const remedy =
    'Copy the target too, or create the link in the stage that is shipped (python -m venv copies with --copies).';
  return [{ message, seen: link, ...placeInImage(path), remedy }];
}

function resolveText(path: string, link: string): string {
  const parts = path.split('/').slice(0, -1);
  for (const part of link.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

function judgeProgram(files: FileFacts, config: ImageRuntimeConfig, entry: FileEntry): readonly Finding[] {
  const head = readHead(files, entry);
  if (head === undefined) return [];
  const path = showPath(entry.path);
  if (head.kind === 'elf') {
    if (head.loader === '' || files.resolve(storedPath(head.loader)) !== undefined) return [];
    const message = `${path} needs the loader ${head.loader}, which is not in the image: it cannot be started ("no such file or directory")`;
    const remedy = 'Build it for this base (musl or glibc, or static: CGO_ENABLED=0), or use the base it was built on.';
    return [{ message, seen: head.loader, ...placeInImage(entry.path), remedy }];
  }
  const missing = missingInterpreter(files, config, head);
  if (missing === undefined) return [];
  const remedy = missing.endsWith('\r')
    ? 'Save the script with LF line ends (.gitattributes: `*.sh text eol=lf`).'
    : 'Install the interpreter in the last stage, or write the script for one that is there.';
  const shown = JSON.stringify(missing).slice(1, -1);
  const message = `${path} is a script for ${shown}, which is not in the final file system`;
  return [{ message, seen: shown, ...placeInImage(entry.path), remedy }];
}

function missingInterpreter(
  files: FileFacts,
  config: ImageRuntimeConfig,
  head: { readonly interpreter: string; readonly argument: string },
): string | undefined {
  const { interpreter } = head;
  if (!interpreter.startsWith('/')) return undefined;
  if (files.resolve(storedPath(interpreter)) === undefined) return interpreter;
  const command = envCommand(head);
  return command === undefined || findProgram(files, config, command) !== undefined ? undefined : command;
}
