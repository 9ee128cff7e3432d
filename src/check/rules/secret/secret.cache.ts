import { judgeSecretName } from '../../../model/secret-names.ts';
import type { Facts } from '../../../model/facts.ts';
import type { RuleFinding } from '../../../model/verdict.ts';
import { defineRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';
import { failWith } from '../../findings.ts';

const REMEDY =
  'Give it with RUN --mount=type=secret, which leaves nothing in any layer, or keep the file out with `.dockerignore`.';

/** A cache of every stage holds what builder stages copy and are given: whoever may read the registry has it. */
export const secretCache = defineRule({
  id: 'secret.cache',
  title: 'No stage puts a secret into a cache that goes to a registry',
  severity: 'error',
  always: true,
  keys: [],
  kinds: ['service', 'job'],
  needs: ['dockerfile', 'context', 'cache'],
  settings: noSettings,
  check({ dockerfile, context, cache }) {
    const shared = cache.exports.filter(({ type }) => type !== 'local');
    if (shared.length === 0) return { status: 'skipped', reason: 'no cache goes where others read it' };
    const whole = shared.find(({ mode }) => mode === 'max');
    if (whole === undefined) return { status: 'passed', seen: 'only the image’s own layers are cached' };
    return failWith(
      [...findArguments(dockerfile), ...findFiles(dockerfile, context)].map((finding) => ({
        ...finding,
        message: `${finding.message}: its stage goes into the cache ${whole.location}`,
      })),
      'every stage is cached, none is given a secret',
    );
  },
});

function findArguments({ file, instructions }: Facts['dockerfile']): readonly RuleFinding[] {
  return instructions
    .filter(({ keyword, stage }) => keyword === 'ARG' && stage >= 0)
    .flatMap(({ text, line }) => {
      const names = text.split(/\s+/).map((word) => word.split('=', 1)[0] ?? '');
      return names
        .filter((name) => judgeSecretName(name) !== undefined)
        .map((name) => ({
          message: `ARG ${name} takes a secret by its name`,
          seen: name,
          place: { file, line },
          remedy: REMEDY,
        }));
    });
}

function findFiles({ file }: Facts['dockerfile'], { credentials }: Facts['context']): readonly RuleFinding[] {
  return credentials.map(({ path, kind, line }) => ({
    message: `${path} is copied and holds a secret (${kind})`,
    seen: path,
    place: { file, line },
    remedy: REMEDY,
  }));
}
