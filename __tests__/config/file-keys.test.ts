import { parseConfig } from '../../src/config/parse.ts';
import { z } from 'zod';
import { expect, test } from '@jest/globals';
import { complaintsOf, parse } from './support/parsing.ts';

const IMAGES = 'images: { api: { dockerfile: D } }\n';

test.each([
  'ghcr.io/acme',
  'us-east1-docker.pkg.dev/my-project/haystack',
  '127.0.0.1:5000',
  'localhost:5000/a/b',
  'localhost/a',
  'registry:5000/team',
  '"[::1]:5000/a"',
  'docker.io/me',
])('the registry %s', (registry) => {
  expect(parse(`${IMAGES}registry: ${registry}`).registry).toBe(registry.replaceAll('"', ''));
});

test.each([
  'me',
  'https://ghcr.io/acme',
  'ghcr.io/Acme',
  'ghcr.io/acme/',
  'ghcr.io/acme:1',
  'ghcr.io/a//b',
  '5000',
  '""',
  'ghcr.io/a b',
])('the registry %s is refused', (registry) => {
  expect(complaintsOf(`${IMAGES}registry: ${registry}`).join()).toMatch(
    /^slipway.yml:2:11 registry: expected a registry and path/,
  );
});

test.each(['api', 'a', 'my-api', 'my_api', 'my__api', 'a.b', 'a--b', 'x'.repeat(128), '"8080"', '42'])(
  'the image name %s',
  (name) => {
    expect(parse(`images: { ${name}: { dockerfile: D } }`).images[0]?.name).toBe(name.replaceAll('"', ''));
  },
);

test.each(['Api', '-a', 'a-', 'a..b', 'a___b', 'a/b', 'a b', '""', 'ä', 'x'.repeat(129)])(
  'the image name %s is refused',
  (name) => {
    expect(complaintsOf(`images: { ${name}: { dockerfile: D } }`).join()).toMatch(
      /^slipway.yml:1:11 images\..*: the key is not an image name/,
    );
  },
);

test.each([
  ['cache: local', { cache: 'local' }],
  ['build-within: 30m', { buildWithin: 1_800_000 }],
  ['informational: true', { informational: true }],
  ['version: 1', {}],
  ['tags: { pull-request: ["pr-{sha}"], branch: none }', { tags: { pullRequest: ['pr-{sha}'], branch: [] } }],
  ['tags: { release: ["v{major}.{minor}.{patch}"] }', { tags: { release: ['v{major}.{minor}.{patch}'] } }],
])('%s', (yaml, expected) => {
  expect(parse(IMAGES + yaml)).toMatchObject(expected);
});

test.each([
  ['cache: lokal', /cache: expected one of auto, registry, gha, local, none, seen `lokal`; did you mean `local`\?$/],
  ['version: "1"', /version: expected 1, the only version there is, seen `"1"`$/],
  ['informational: yes', /informational: expected true or false, seen `yes`$/],
  ['tags: { branch: "{branch}" }', /tags.branch: expected none, or a list of tags/],
  ['tags: { branch: [1.0] }', /tags.branch\[0\]: expected a tag \(put it in quotes\), seen `1.0`$/],
  [
    'tags: { branch: ["{brnch}"] }',
    /tags.branch\[0\]: `\{brnch\}`: no placeholder `\{brnch\}`; did you mean `branch`\?$/,
  ],
  ['tags: { branch: ["{version}"] }', /`\{version\}` has no value for branch; known: sha, branch$/],
  [
    'tags: { release: ["{branch}"] }',
    /`\{branch\}` has no value for release; known: sha, version, major, minor, patch$/,
  ],
  ['tags: { branch: ["{sha:6}"] }', /only \{sha:N\} takes a length, N from 7 to 40$/],
  ['tags: { branch: ["{sha:41}"] }', /only \{sha:N\} takes a length/],
  ['tags: { branch: ["{branch:3}"] }', /only \{sha:N\} takes a length/],
  ['tags: { branch: ["a b"] }', /`a b`: not a tag/],
  ['tags: { branch: [".x"] }', /not a tag/],
  ['tags: { branch: ["{"] }', /not a tag/],
  ['tags: { branch: ["{{sha}}"] }', /not a tag/],
  ['tags: { branch: ["{__proto__}"] }', /no placeholder/],
  ['tags: { branch: [""] }', /not a tag/],
  ['tags: { relase: none }', /tags: unknown key `relase`; did you mean `release`\?$/],
])('%s is refused', (yaml, expected) => {
  const complaints = complaintsOf(IMAGES + yaml);
  expect(complaints).toHaveLength(1);
  expect(complaints[0]).toMatch(expected);
});

const WAIVER = 'rule: user.config, reason: "base runs as root", expires: 2027-03-01';
test('a waiver, whole and minimal', () => {
  const [one, two] = parse(
    `${IMAGES}waivers:\n  - { ${WAIVER} }\n  - { ${WAIVER}, image: api, match: x, owner: "@me" }`,
  ).waivers;
  expect(one).toEqual({
    rule: 'user.config',
    reason: 'base runs as root',
    expires: '2027-03-01',
    place: { file: 'slipway.yml', line: 3, column: 5 },
  });
  expect(two).toMatchObject({ image: 'api', match: 'x', owner: '@me' });
});

test.each([
  [
    'rule: user.confg, reason: x, expires: 2027-03-01',
    /waivers\[0\].rule: unknown rule `user.confg`; did you mean `user.config`\?$/,
  ],
  [`${WAIVER}, image: apy`, /waivers\[0\].image: unknown image `apy`; did you mean `api`\?$/],
  ['rule: user.config, expires: 2027-03-01', /waivers\[0\].reason: missing; expected a reason a reader can follow$/],
  ['rule: user.config, reason: " ", expires: 2027-03-01', /waivers\[0\].reason: expected a reason/],
  ['rule: user.config, reason: x', /waivers\[0\].expires: missing; expected a day written YYYY-MM-DD/],
  [
    'rule: user.config, reason: x, expires: 2027-02-30',
    /waivers\[0\].expires: expected a day written YYYY-MM-DD.*, seen/,
  ],
  ['rule: user.config, reason: x, expires: 2027-13-01', /expires: expected a day/],
  ['rule: user.config, reason: x, expires: 1.3.2027', /expires: expected a day/],
  ['rule: user.config, reason: x, expires: 20270301', /expires: expected a day/],
  [`${WAIVER}, until: x`, /waivers\[0\]: unknown key `until`/],
])('the waiver { %s } is refused', (yaml, expected) => {
  const complaints = complaintsOf(`${IMAGES}waivers: [{ ${yaml} }]`);
  expect(complaints).toHaveLength(1);
  expect(complaints[0]).toMatch(expected);
});

test.each([
  ['user.config: warn', { 'user.config': { level: 'warning', settings: {} } }],
  ['user.config: error', { 'user.config': { level: 'error' } }],
  ['user.config: off', { 'user.config': { level: 'off' } }],
  ['user.config: {}', { 'user.config': { settings: {} } }],
  ['size.unpacked: { allow: [gcc] }', { 'size.unpacked': { settings: { allow: ['gcc'] } } }],
  [
    'size.unpacked: { level: warn, allow: [gcc] }',
    { 'size.unpacked': { level: 'warning', settings: { allow: ['gcc'] } } },
  ],
  ['size.unpacked: error', { 'size.unpacked': { level: 'error', settings: { allow: [] } } }],
])('rules: { %s }', (yaml, expected) => {
  expect(parse(`${IMAGES}rules: { ${yaml} }`).rules).toMatchObject(expected);
});

test('`true` asks for a rule at its own level', () => {
  const entry = parse(`${IMAGES}rules: { user.config: true }`).rules['user.config'];
  expect(entry).toEqual({ settings: {}, place: { file: 'slipway.yml', line: 2, column: 10 } });
});

test.each([
  ['user.confg: warn', /2:10 rules: unknown rule `user.confg`; did you mean `user.config`\?$/],
  [
    'user.config: wran',
    /2:23 rules.user.config: expected warn, error, off, true, or a map of settings, seen `wran`; did you mean `warn`\?$/,
  ],
  ['user.config: false', /seen `false`; did you mean `off`\?$/],
  ['user.config: warning', /seen `warning`; did you mean `warn`\?$/],
  ['user.config: ', /rules.user.config: expected warn, error, off, true, or a map of settings, seen nothing$/],
  ['user.config: [warn]', /rules.user.config: expected warn, .*, seen a list$/],
  ['user.config: { level: loud }', /rules.user.config.level: expected warn, error or off, seen `loud`$/],
  ['user.config: { level: true }', /rules.user.config.level: expected warn, error or off/],
  ['size.unpacked: { alow: [x] }', /rules.size.unpacked: unknown key `alow`; did you mean `allow`\?$/],
  ['size.unpacked: { allow: x }', /rules.size.unpacked.allow: expected a list, seen `x`$/],
  ['size.unpacked: { allow: [1] }', /rules.size.unpacked.allow\[0\]: expected a text, seen `1`$/],
])('rules: { %s } is refused', (yaml, expected) => {
  const complaints = complaintsOf(`${IMAGES}rules: { ${yaml} }`);
  expect(complaints).toHaveLength(1);
  expect(complaints[0]).toMatch(expected);
});

test('`rules` as a list is refused', () => {
  expect(complaintsOf(`${IMAGES}rules: [user.config]`)).toEqual([
    'slipway.yml:2:8 rules: expected a map of rule ids, seen a list',
  ]);
});

test('an argument that looks like a source draws a warning and is used as written', () => {
  const config = parse('images:\n  api: { dockerfile: D, args: { TOKEN: env.TOKEN, A: environment } }');
  expect(config.images[0]?.args).toEqual({ TOKEN: 'env.TOKEN', A: 'environment' });
  expect(config.warnings).toEqual([
    {
      message: expect.stringMatching(/^images.api.args.TOKEN: `env.TOKEN` is passed literally/),
      place: { file: 'slipway.yml', line: 2, column: 40 },
    },
  ]);
});

test.each(['off', 'warn', '{ level: off }'])('a rule that is always an error is not turned down: %s', (written) => {
  const rules = { 'user.config': { settings: z.strictObject({}), title: 'T', always: true } };
  const text = `images: { a: { dockerfile: D } }\nrules: { user.config: ${written} }`;
  const refused = (): unknown => parseConfig(text, { file: 'slipway.yml', directory: '/repo', rules });
  const message = expect.stringMatching(/always an error; only an entry under `waivers:`/) as unknown as string;
  expect(refused).toThrow(expect.objectContaining({ complaints: [expect.objectContaining({ message })] }));
});
