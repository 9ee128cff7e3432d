import { posix, relative, sep } from 'node:path';
import { Fault } from '../model/fault.ts';
import type { Complaint } from '../model/fault.ts';
import { formatPlace } from '../model/place.ts';
import type { Config, GoogleConfig, TagTemplates, Waiver } from '../model/config.ts';
import { describeExpectation, describeIssue } from './complaints.ts';
import { checkAcross, subjectNames } from './cross-checks.ts';
import { readDocument } from './document.ts';
import { findExpressions } from './expressions.ts';
import { fileSchema } from './file-schema.ts';
import type { ParsedFile } from './file-schema.ts';
import { findLaterKeys } from './later-keys.ts';
import { toPlain, valuePlaceAt, withoutPaths } from './located.ts';
import type { Located, Path } from './located.ts';
import { resolveImages } from './resolve.ts';
import { readRules } from './rules-section.ts';
import type { RuleTable } from './rule-table.ts';
import { resolveStack } from './stack.ts';
import { checkWaivers } from './waiver-checks.ts';
import { findWarnings } from './warnings.ts';

export interface ParseOptions {
  /** Path as the user typed it, for complaints. */
  readonly file: string;
  /** Folder of the file, absolute. */
  readonly directory: string;
  /** Top of the repository, absolute; without it paths stay below `directory`. */
  readonly repository?: string;
  readonly rules: RuleTable;
}

/**
 * The configuration in a text, defaults filled in.
 * Throws one Fault that carries every complaint, each with `file:line:column`.
 */
export function parseConfig(text: string, options: ParseOptions): Config {
  const document = readDocument(text, options.file);
  const { root } = document;
  if (root === undefined || isEmpty(root)) throw refuse(withEmptiness(document.complaints, options.file), options.file);
  const later = findLaterKeys(root);
  const supported = withoutPaths(
    root,
    later.map(({ path }) => path),
  );
  const parsed = fileSchema.safeParse(toPlain(supported), { error: describeExpectation });
  const section = readRules(supported, options.rules);
  const expressions = findExpressions(supported);
  const others = [
    ...(parsed.error?.issues ?? []).flatMap((issue) => describeIssue(issue, supported)),
    ...checkAcross(supported, prefixOf(options)),
    ...checkWaivers(supported, options.rules, subjectNames(supported)),
    ...section.problems,
  ].filter((problem) => !expressions.some(({ path }) => isAtOrBelow(problem.path, path)));
  const complaints = [
    ...document.complaints,
    ...[...later, ...expressions, ...others].map(({ complaint }) => complaint),
  ];
  if (complaints.length > 0 || !parsed.success) throw refuse(complaints, options.file);
  return assemble(parsed.data, supported, section.rules, options);
}

function isEmpty(root: Located): boolean {
  return (root.kind === 'scalar' && root.value === null) || (root.kind === 'map' && root.entries.size === 0);
}

function withEmptiness(complaints: readonly Complaint[], file: string): readonly Complaint[] {
  if (complaints.length > 0) return complaints;
  const message = 'empty; write at least `images:` with one image, such as api: { dockerfile: docker/Dockerfile.api }';
  return [{ message, place: { file, line: 1, column: 1 } }];
}

/** How the folder of the file is reached from the top of the repository. */
function prefixOf({ directory, repository }: ParseOptions): string {
  const path = relative(repository ?? directory, directory)
    .split(sep)
    .join(posix.sep);
  return path.startsWith('..') ? '' : path;
}

function isAtOrBelow(path: Path, start: Path): boolean {
  return start.every((step, index) => path[index] === step);
}

/** Nobody reads on after these; the message still counts all of them. */
const LIMIT_COMPLAINTS = 200;

function refuse(complaints: readonly Complaint[], file: string): Fault {
  const sorted = sortComplaints(complaints);
  const [first] = sorted;
  const count = sorted.length === 1 ? '1 problem' : `${String(sorted.length)} problems`;
  return new Fault(`${count} in ${file}`, {
    ...(first?.place === undefined ? {} : { where: formatPlace(first.place) }),
    remedy: 'Correct the file; docs/config.md lists every key.',
    complaints: sorted.slice(0, LIMIT_COMPLAINTS),
  });
}

function sortComplaints(complaints: readonly Complaint[]): Complaint[] {
  const rank = ({ place }: Complaint): [number, number] => [place?.line ?? 0, place?.column ?? 0];
  return distinct(complaints).sort((one, other) => {
    const [line, column] = rank(one);
    const [otherLine, otherColumn] = rank(other);
    return line - otherLine || column - otherColumn;
  });
}

/** One value can fail two tests of a schema that expect the same. */
function distinct(complaints: readonly Complaint[]): Complaint[] {
  return [...new Map(complaints.map((complaint) => [JSON.stringify(complaint), complaint])).values()];
}

function assemble(file: ParsedFile, root: Located, rules: Config['rules'], options: ParseOptions): Config {
  return {
    file: options.file,
    directory: options.directory,
    cache: file.cache ?? 'auto',
    sign: file.sign ?? 'auto',
    images: resolveImages(file.images, root),
    rules,
    waivers: (file.waivers ?? []).map((waiver, index) => toWaiver(waiver, index, root)),
    tags: toTags(file.tags),
    informational: file.informational ?? false,
    warnings: findWarnings(root),
    ...(file.stack === undefined ? {} : { stack: resolveStack(file.stack, root) }),
    ...(file.registry === undefined ? {} : { registry: file.registry }),
    ...(file.staging === undefined ? {} : { staging: file.staging }),
    ...(file.google === undefined ? {} : { google: toGoogle(file.google) }),
    ...(file['build-within'] === undefined ? {} : { buildWithin: file['build-within'] }),
  };
}

function toGoogle(google: NonNullable<ParsedFile['google']>): GoogleConfig {
  const {
    audience,
    'service-account': serviceAccount,
    'wait-for-iam': waitForIam,
    'provider-file': providerFile,
  } = google;
  return {
    identity: {
      provider: google['workload-identity-provider'],
      ...(serviceAccount === undefined ? {} : { serviceAccount }),
      ...(audience === undefined ? {} : { audience }),
    },
    ...(waitForIam === undefined ? {} : { waitForIam }),
    ...(providerFile === undefined ? {} : { providerFile }),
  };
}

function toWaiver(waiver: NonNullable<ParsedFile['waivers']>[number], index: number, root: Located): Waiver {
  const { rule, image, match, reason, expires, owner } = waiver;
  return {
    rule,
    reason,
    expires,
    place: valuePlaceAt(root, ['waivers', index]),
    ...(image === undefined ? {} : { image }),
    ...(match === undefined ? {} : { match }),
    ...(owner === undefined ? {} : { owner }),
  };
}

/** Tags where nothing is written (config.md). */
export const DEFAULT_TAGS: TagTemplates = {
  pullRequest: [],
  branch: ['sha-{sha:12}', '{branch}'],
  release: ['{version}', '{major}.{minor}', '{major}', 'latest'],
};

function toTags(tags: ParsedFile['tags']): TagTemplates {
  const list = (written: 'none' | string[] | undefined, usual: readonly string[]): readonly string[] =>
    written === 'none' ? [] : (written ?? usual);
  return {
    pullRequest: list(tags?.['pull-request'], DEFAULT_TAGS.pullRequest),
    branch: list(tags?.branch, DEFAULT_TAGS.branch),
    release: list(tags?.release, DEFAULT_TAGS.release),
  };
}
