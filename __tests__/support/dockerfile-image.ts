import { builtInstructions } from '../../src/check/dockerfile-place.ts';
import { known, type DockerfileFacts, type FactTable } from '../../src/model/facts.ts';
import { blankDescription, blankRuntime } from './blank.ts';

const TIMING = { interval: 30_000, timeout: 30_000, startPeriod: 0, startInterval: 5000, retries: 3 };

/**
 * What a build would write into the image's config and accounts, as far as the Dockerfile alone says: for originals that
 * cannot be built. Bases bring root and no user, no command and no health check.
 */
export function imageFactsOf(dockerfile: DockerfileFacts, target?: string): FactTable {
  const built = builtInstructions(dockerfile, target);
  const last = (keyword: string) => built.findLast((each) => each.keyword === keyword)?.text;
  const test = last('HEALTHCHECK')?.replace(/^.*?\bCMD\s+/s, '');
  const config = blankRuntime({
    user: last('USER') ?? '',
    command: [last('CMD') ?? ''].filter((text) => text !== ''),
    entrypoint: [last('ENTRYPOINT') ?? ''].filter((text) => text !== ''),
    env: built.filter(({ keyword }) => keyword === 'ENV').flatMap(({ text }) => text.match(/\w+=\S+/g) ?? []),
    exposedPorts: built.filter(({ keyword }) => keyword === 'EXPOSE').map(({ text }) => `${text.trim()}/tcp`),
    ...(test === undefined ? {} : { healthcheck: { test: ['CMD-SHELL', test], ...TIMING } }),
  });
  return { image: known(blankDescription({ config })), accounts: known({ passwd: accountsOf(built), group: [] }) };
}

function accountsOf(built: ReturnType<typeof builtInstructions>) {
  const created = built.flatMap(({ text }) =>
    [...text.matchAll(/\buseradd\b([^&|;]*)/g)].map(([, words = '']) => words),
  );
  const users = created.map((words) => ({
    name: words.trim().split(/\s+/).at(-1) ?? '',
    uid: Number(/-u\s+(\d+)/.exec(words)?.[1] ?? 999),
    gid: 999,
    home: '/',
  }));
  return [{ name: 'root', uid: 0, gid: 0, home: '/root' }, ...users];
}
