import { findInCommand, type NamedSecret } from '../../../image/secrets/command-line.ts';
import { searchText } from '../../../image/secrets/search.ts';
import { findUrlPasswords } from '../../../image/secrets/url-password.ts';
import { isSecretValue } from '../../../image/secrets/value.ts';
import type { ImageDescription } from '../../../model/image.ts';
import { defineRule } from '../../rule.ts';
import { describeSecret, type FoundHere, secretSettings } from '../../secret-finding.ts';
import { failWith } from '../../findings.ts';

const REMEDY =
  'Give the value when the container starts (a secret mount or the platform’s secret store), use RUN --mount=type=secret for builds, and revoke this one.';

/** Env, Labels, Cmd, Entrypoint, Healthcheck.Test, OnBuild and annotations: everybody who pulls the image reads them. */
export const secretConfig = defineRule({
  id: 'secret.config',
  title: 'The image’s configuration holds no secrets',
  severity: 'error',
  always: true,
  keys: [],
  kinds: ['service', 'job'],
  needs: ['image'],
  settings: secretSettings,
  check({ image }, { settings: { allow } }) {
    return failWith(findSecrets(image).flatMap((found) => describeSecret(found, allow) ?? []));
  },
});

function findSecrets({ config, annotations }: ImageDescription): readonly FoundHere[] {
  const env = config.env.map((entry) => splitEntry(entry));
  const pairs = [
    ...env.map(([name, value]) => ({ where: `ENV ${name}`, keyword: 'ENV' as const, name, value })),
    ...Object.entries(config.labels).map(([name, value]) => ({
      where: `LABEL ${name}`,
      keyword: 'LABEL' as const,
      name,
      value,
    })),
    ...Object.entries(annotations ?? {}).map(([name, value]) => ({
      where: `annotation ${name}`,
      keyword: undefined,
      name,
      value,
    })),
  ];
  const commands = [
    { where: 'CMD', text: config.command.join(' ') },
    { where: 'ENTRYPOINT', text: config.entrypoint.join(' ') },
    { where: 'HEALTHCHECK', text: (config.healthcheck?.test ?? []).join(' ') },
    ...(config.onBuild ?? []).map((text) => ({ where: 'ONBUILD', text })),
  ];
  return [
    ...pairs.flatMap(({ where, name, value, ...rest }) => {
      const written = rest.keyword === undefined ? undefined : { keyword: rest.keyword, name };
      return judgeValue(name, value).map((found) => toFound(where, found, written));
    }),
    ...commands.flatMap(({ where, text }) => findInCommand(text).map((found) => toFound(where, found))),
  ];
}

/** One finding a value, by its form before its name. */
function judgeValue(name: string, value: string): readonly NamedSecret[] {
  const formed = [...searchText(value), ...findUrlPasswords(value)];
  if (formed.length > 0) return formed.slice(0, 1);
  return isSecretValue(name, value) ? [{ kind: 'by its name', secret: value }] : [];
}

function toFound(where: string, { kind, secret }: NamedSecret, written?: FoundHere['written']): FoundHere {
  const base = { rule: 'secret.config', kind, secret, where, remedy: REMEDY };
  return written === undefined ? base : { ...base, written };
}

function splitEntry(entry: string): readonly [string, string] {
  const equals = entry.indexOf('=');
  return equals < 0 ? [entry, ''] : [entry.slice(0, equals), entry.slice(equals + 1)];
}
