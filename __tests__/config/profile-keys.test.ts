import { expect, test } from '@jest/globals';
import { imageComplaints, parseImage } from './support/parsing.ts';

test('a profile fills in what nobody wrote, and none of it counts as written', () => {
  const image = parseImage('    profile: cloud-run');
  expect(image).toMatchObject({ profile: 'cloud-run', port: 8080, platforms: ['linux/amd64'], startedWithin: 240_000 });
  expect([...image.written]).toEqual(['dockerfile', 'profile']);
  const own = parseImage('    profile: cloud-run\n    port: 9000\n    started-within: 5s');
  expect(own).toMatchObject({ port: 9000, startedWithin: 5000 });
});

test('a job has no port, and Batch makes a job', () => {
  expect(parseImage('    profile: cloud-run\n    kind: job')).not.toHaveProperty('port');
  const batch = parseImage('    profile: gcp-batch\n    run: [{ command: [x] }]');
  expect(batch).toMatchObject({ kind: 'job', profile: 'gcp-batch' });
  expect(parseImage('    profile: kubernetes')).toMatchObject({ stopsWithin: 30_000, kind: 'service' });
});

test('keys of the other kind are refused under a profile too', () => {
  expect(imageComplaints('    profile: gcp-batch\n    port: 1')).toEqual([
    'slipway.yml:5:5 images.api.port: applies to a service only, and this image is a job; take it out',
  ]);
  expect(imageComplaints('    kind: job\n    hardened: true')[0]).toContain(
    'images.api.hardened: applies to a service only',
  );
});

test('an unknown profile is named with its neighbour', () => {
  expect(imageComplaints('    profile: cloudrun')[0]).toContain('did you mean `cloud-run`');
});

test.each([
  ['true', { readOnly: true, capDrop: true, noNewPrivileges: true }, ['read-only', 'cap-drop', 'no-new-privileges']],
  ['{ read-only: true, cap-drop: false }', { readOnly: true, capDrop: false, noNewPrivileges: true }, ['read-only']],
  ['{}', { readOnly: true, capDrop: true, noNewPrivileges: true }, []],
])('hardened: %s', (yaml, hardened, written) => {
  const image = parseImage(`    hardened: ${yaml}`);
  expect(image.hardened).toEqual(hardened);
  expect([...image.written].filter((key) => key.startsWith('hardened.'))).toEqual(
    written.map((key) => `hardened.${key}`),
  );
});

test.each(['false', '"yes"', '{ readonly: true }', '{ read-only: 1 }'])('hardened: %s is refused', (yaml) => {
  expect(imageComplaints(`    hardened: ${yaml}`)).toHaveLength(1);
});
