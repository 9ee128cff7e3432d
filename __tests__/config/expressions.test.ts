import { expect, test } from '@jest/globals';
import { complaintsOf, imageComplaints } from './support/parsing.ts';

test.each([
  [
    'size: ${{ inputs.size }}',
    /^slipway.yml:4:11 images.api.size: looks like a workflow expression `\$\{\{ … \}\}`, and nothing is expanded/,
  ],
  ['env: { A: "${DB}" }', /env.A: looks like a shell variable `\$\{DB\}`.*write env.NAME as the whole value/],
  ['env: { A: "x-${DB:-secret}" }', /env.A: looks like a shell variable `\$\{DB\}`/],
  ['env: { A: $DATABASE_URL }', /env.A: looks like a shell variable `\$DATABASE_URL`/],
  ['args: { A: "${{ secrets.T }}" }', /args.A: looks like a workflow.*is secret belongs in `secrets`$/],
  ['secrets: { t: "${{ secrets.T }}" }', /secrets.t: looks like a workflow.*write env.NAME or file.path/],
  ['secrets: { t: { from: $TOKEN } }', /secrets.t.from: looks like a shell variable/],
  [
    'context: ${GITHUB_WORKSPACE}',
    /context: looks like a shell variable `\$\{GITHUB_WORKSPACE\}`.*write the value itself$/,
  ],
  ['http: [{ get: "/${ID}" }]', /http\[0\].get: looks like/],
])('%s is refused with the right way', (yaml, expected) => {
  const complaints = imageComplaints(`    ${yaml}`);
  expect(complaints).toHaveLength(1);
  expect(complaints[0]).toMatch(expected);
});

test.each([
  'env: { A: "pa$word", B: "a$$b", C: "$", D: "${", E: "5$" }',
  'http: [{ post: /, body: "${X} ${{ y }} $HOME" }]',
  'http: [{ get: /, json: { price: $HOME } }]',
  'command: [sh, -c, "exec app --port $PORT"]',
])('%s is accepted', (yaml) => {
  expect(imageComplaints(`    ${yaml}`)).toEqual([]);
});

test.each([
  ['registry: ghcr.io/${{ github.repository_owner }}', /registry: looks like .*pass --registry$/],
  ['tags: { branch: ["${BRANCH}"] }', /tags.branch\[0\]: looks like .*use the placeholders/],
  ['rules: { size.unpacked: { allow: ["${{ x }}"] } }', /rules.size.unpacked.allow\[0\]: looks like/],
])('%s is refused', (yaml, expected) => {
  const complaints = complaintsOf(`images: { a: { dockerfile: D } }\n${yaml}`);
  expect(complaints).toHaveLength(1);
  expect(complaints[0]).toMatch(expected);
});

test('prose and rule patterns keep their dollar', () => {
  const waivers = 'waivers: [{ rule: user.config, reason: "costs $FIVE, ${x}", match: "$HOME", expires: 2027-01-01 }]';
  const rules = 'rules: { size.unpacked: { allow: ["^/x$HOME"] } }';
  expect(complaintsOf(`images: { a: { dockerfile: D } }\n${waivers}\n${rules}`)).toEqual([]);
});

test('a secret written by mistake is in no complaint', () => {
  const text = [
    '    secrets: { t: hunter2secret, u: { from: hunter2secret } }',
    '    env: { A: [hunter2secret], B: 4711471147 }',
    '    args: { A: { b: hunter2secret }, B: 4711471147 }',
    '    http: [{ get: /, headers: { a: "hunter2secret\\n" } }]',
  ].join('\n');
  const printed = imageComplaints(text).join('\n');
  expect(printed.split('\n')).toHaveLength(7);
  expect(printed).not.toMatch(/hunter2|4711/);
  expect(complaintsOf('registry: https://me:hunter2@ghcr.io/x\nimages: { a: { dockerfile: D } }').join()).not.toContain(
    'hunter2',
  );
});
