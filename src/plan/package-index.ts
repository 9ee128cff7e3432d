import pLimit from 'p-limit';
import type { Config } from '../model/config.ts';
import type { Effects } from '../model/effects.ts';
import { known, skipped, undecided, type Fact, type RequirementFile } from '../model/facts.ts';
import { Fault, messageOf } from '../model/fault.ts';
import type { IndexFacts, Requirement } from '../model/requirement-facts.ts';

export const KNOWN_NAMES = 'requirements.known-names';
const PUBLIC = 'https://pypi.org/simple';
const PARALLEL = 8;
const DEADLINE = 20_000;
/** More is no list that somebody wrote by hand. */
const LIMIT = 500;

/** Whether the configuration asks for it: names leave this machine, so nobody is asked by default. */
export function wantsIndex({ rules }: Config): boolean {
  const entry = rules[KNOWN_NAMES];
  return entry !== undefined && entry.level !== 'off';
}

/** Asks the package index for each declared name once; an answer other than "there" and "not there" leaves the fact undecided. */
export async function askIndex(effects: Effects, lists: Fact<readonly RequirementFile[]>): Promise<Fact<IndexFacts>> {
  if (lists.state !== 'known') return lists;
  const all = lists.value.flatMap(({ requirements }) => requirements).filter((each) => each.elsewhere !== true);
  const names = [...new Map(all.map((each) => [each.name, each])).keys()].slice(0, LIMIT);
  if (names.length === 0) return skipped('the build names nothing of the usual package index');
  // pip takes an empty variable for one that is not set.
  const given = effects.env['PIP_INDEX_URL'];
  const index = (given === undefined || given === '' ? PUBLIC : given).replace(/\/+$/, '');
  if (!URL.canParse(index)) return undecided('PIP_INDEX_URL is not a URL');
  const limit = pLimit(PARALLEL);
  try {
    const answers = await Promise.all(
      names.map((name) => limit(async () => [name, await exists(effects, index, name)] as const)),
    );
    const missing = new Set(answers.filter(([, there]) => !there).map(([name]) => name));
    const unknown = all.filter((each: Requirement) => missing.has(each.name));
    return known({ index: withoutLogin(index), asked: names.length, unknown });
  } catch (error) {
    if (effects.signal.aborted) throw error;
    return undecided(`the package index did not answer: ${messageOf(error)}`, true);
  }
}

async function exists(effects: Effects, index: string, name: string): Promise<boolean> {
  const { username, password } = new URL(index);
  const login = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64');
  const { status } = await effects.http.request({
    url: `${withoutLogin(index)}/${name}/`,
    method: 'GET',
    headers: { accept: 'text/html', ...(username === '' ? {} : { authorization: `Basic ${login}` }) },
    deadline: DEADLINE,
    signal: effects.signal,
  });
  if (status === 404 || status === 410) return false;
  if (status >= 200 && status < 400) return true;
  throw new Fault(`status ${String(status)} for ${name}`, { kind: 'environment' });
}

function withoutLogin(index: string): string {
  const url = new URL(index);
  url.username = '';
  url.password = '';
  return url.href.replace(/\/+$/, '');
}
