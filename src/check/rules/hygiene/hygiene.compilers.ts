import { z } from 'zod';
import type { FileEntry, FileFacts } from '../../../model/facts.ts';
import type { Finding } from '../../../model/verdict.ts';
import { failWithFew, placeInImage, showPath } from '../../path-findings.ts';
import { defineRule } from '../../rule.ts';

const settings = z.strictObject({
  allow: z
    .array(z.string())
    .default([])
    .describe(
      'Tools that are needed at run time, by name (`gcc` for Triton and torch.compile), or packages (`libpq-dev`).',
    ),
});

const BIN = /(?:^|\/)s?bin\/([^/]+)$/;
/** A compiler by the names distributions give it: `gcc`, `gcc-12`, `x86_64-linux-gnu-gcc-12`. */
const COMPILER = /^(?:[a-z0-9_]+-(?:[a-z0-9_]+-)*)?(gcc|g\+\+|cc|c\+\+|clang|clang\+\+|gfortran)(?:-\d[\d.]*)?$/;
const TOOLS = new Set(['make', 'gmake', 'cmake', 'cargo', 'rustc', 'nvcc', 'tcc', 'ghc', 'javac']);
const DEBIAN_DEV = /^var\/lib\/dpkg\/info\/([a-z0-9.+-]+-dev)(?::[a-z0-9]+)?\.list$/;

interface Tool {
  readonly name: string;
  readonly entry: FileEntry;
}

/** Compilers, build tools and `-dev` packages of the merged view: hundreds of megabytes, and all an intruder needs. */
export const hygieneCompilers = defineRule({
  id: 'hygiene.compilers',
  title: 'No compilers and development packages are shipped',
  severity: 'warning',
  keys: [],
  kinds: ['service', 'job'],
  needs: ['files'],
  settings,
  check({ files }, { settings: { allow } }) {
    const tools = new Map<string, Tool>();
    const packages = new Map<string, FileEntry>();
    for (const entry of files.entries()) {
      const tool = nameTool(files, entry);
      if (tool !== undefined && !tools.has(tool)) tools.set(tool, { name: tool, entry });
      const [, development] = DEBIAN_DEV.exec(entry.path) ?? [];
      if (development !== undefined) packages.set(development, entry);
    }
    for (const [name, entry] of alpinePackages(files)) packages.set(name, entry);
    const own = [...tools.values()].filter(({ name }) => !allow.includes(name)).map(describeTool);
    const unwanted = [...packages].filter(([name]) => !allow.includes(name) && !isAllowedFamily(name, allow));
    return failWithFew([...own, ...describePackages(unwanted)], 'none');
  },
});

/** Allowing gcc allows what it cannot be installed without. */
function isAllowedFamily(name: string, allow: readonly string[]): boolean {
  const needsGcc =
    /^(?:libc6?-dev|libc-dev|musl-dev|linux-libc-dev|libgcc-\d+-dev|libcrypt-dev|libnsl-dev|libtirpc-dev)$/;
  const needsBoth = /^libstdc\+\+-\d+-dev$/;
  return (
    (allow.includes('gcc') && needsGcc.test(name)) ||
    (allow.includes('g++') && (needsBoth.test(name) || needsGcc.test(name)))
  );
}

function nameTool(files: FileFacts, entry: FileEntry): string | undefined {
  if (entry.kind !== 'file' && entry.kind !== 'symlink') return undefined;
  const name = BIN.exec(entry.path)?.[1];
  if (name === undefined) return undefined;
  const [, compiler] = COMPILER.exec(name) ?? [];
  const tool = compiler ?? (TOOLS.has(name) ? name : undefined);
  if (tool === undefined) return undefined;
  const real = files.resolve(entry.path);
  return real?.kind === 'file' && (real.mode & 0o111) !== 0 ? tool : undefined;
}

function describeTool({ name, entry }: Tool): Finding {
  const remedy = entry.base
    ? 'Start the last stage from a slim or runtime variant of the base image and copy the built files into it.'
    : 'Build in a stage of its own and copy the result (COPY --from=…); what is needed at run time goes into `allow`.';
  return {
    message: `${showPath(entry.path)}: ${name} is in the image`,
    seen: name,
    ...placeInImage(entry.path),
    remedy,
  };
}

/** `-dev` packages of an Alpine database; the virtual ones that `apk add --virtual` makes start with a dot. */
function alpinePackages(files: FileFacts): readonly (readonly [string, FileEntry])[] {
  return ['lib/apk/db/installed', 'usr/lib/apk/db/installed'].flatMap((path) => {
    const entry = files.find(path);
    const text = files.texts.get(path)?.toString('latin1') ?? '';
    return entry === undefined
      ? []
      : [...text.matchAll(/^P:(.+-dev)$/gm)].map(([, name = '']) => [name, entry] as const);
  });
}

function describePackages(packages: readonly (readonly [string, FileEntry])[]): readonly Finding[] {
  const [first] = packages;
  if (first === undefined) return [];
  const names = packages.map(([name]) => name);
  const more = names.length > 5 ? ` and ${String(names.length - 5)} more` : '';
  const message = `${String(names.length)} development package${names.length === 1 ? ' is' : 's are'} installed: ${names.slice(0, 5).join(', ')}${more}`;
  const remedy = first[1].base
    ? 'Start the last stage from a slim or runtime variant of the base image.'
    : 'Install them in a build stage only; the runtime stage needs the library without `-dev`.';
  return [{ message, seen: String(names.length), allowed: 'none', ...placeInImage(first[1].path), remedy }];
}
