import type { UserExpectation } from '../../../model/config.ts';
import type { Judgement } from '../../../model/verdict.ts';
import { resolveUser } from '../../image-user.ts';
import type { ResolvedUser } from '../../image-user.ts';
import { defineRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';

/** The uid that the image's USER stands for, resolved in the image's own /etc/passwd as an engine does it. */
export const userConfig = defineRule({
  id: 'user.config',
  title: 'The image does not start as root',
  severity: 'error',
  always: true,
  keys: ['user'],
  kinds: ['service', 'job'],
  needs: ['image', 'accounts'],
  instruction: 'USER',
  settings: noSettings,
  check({ image: description, accounts }, { image }) {
    const { user } = description.config;
    return judgeUser(user, resolveUser(user, accounts), image.user ?? 'non-root');
  },
});

function judgeUser(user: string, resolved: ResolvedUser, expected: UserExpectation): Judgement {
  const allowed = typeof expected === 'number' ? `uid ${String(expected)}` : expected;
  if (!resolved.starts) {
    const message = `the container will not start: ${resolved.because}`;
    return { status: 'failed', findings: [{ message, seen: `USER ${user}`, allowed, remedy: resolved.remedy }] };
  }
  const seen = `uid ${String(resolved.uid)}`;
  if (resolved.uid === 0) return failAsRoot(resolved.because, seen, expected);
  if (typeof expected !== 'number' || expected === resolved.uid) return { status: 'passed', seen };
  const message = `starts as ${seen} (${resolved.because}), ${allowed} expected`;
  const remedy = `Write USER ${String(expected)} in the last stage, or change \`user:\`.`;
  return { status: 'failed', findings: [{ message, seen, allowed, remedy }] };
}

function failAsRoot(because: string, seen: string, expected: UserExpectation): Judgement {
  const declared = expected === 'root' || expected === 0;
  const allowed = typeof expected === 'number' ? `uid ${String(expected)}` : expected;
  const message = declared
    ? `starts as root, as declared (${because}): this needs a waiver`
    : `starts as root: ${because}`;
  const remedy = declared
    ? 'Add a waiver for user.config with a reason and an expiry date.'
    : 'Create a user in the stage that is shipped and end it with its number, for example USER 10001.';
  return { status: 'failed', findings: [{ message, seen, allowed, remedy }] };
}
