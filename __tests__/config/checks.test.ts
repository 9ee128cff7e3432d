import { expect, test } from '@jest/globals';
import type { HttpCheck, JobRunCheck } from '../../src/model/check-config.ts';
import { imageComplaints, parseImage } from './support/parsing.ts';

const HTTP: readonly (readonly [string, Partial<HttpCheck>])[] = [
  ['get: /', { method: 'GET', path: '/', status: [200], headers: {}, repeat: 1 }],
  ['post: /a?b=1, body: "{}"', { method: 'POST', path: '/a?b=1', body: '{}' }],
  ['get: /, status: [200, 204]', { status: [200, 204] }],
  ['get: /, status: 404', { status: [404] }],
  ['get: /, json: { a: [1, null, { place: x }] }', { json: { a: [1, null, { place: 'x' }] } }],
  ['get: /, json: null', { json: null }],
  ['get: /, type: text/html, within: 3s, repeat: 20', { type: 'text/html', within: 3000, repeat: 20 }],
  ['get: /, headers: { X-A: "1" }', { headers: { 'X-A': '1' } }],
  ['post: /, body: "${NOT} {{ expanded }} $HOME"', { body: '${NOT} {{ expanded }} $HOME' }],
  ['get: /, json: { a: "${X}" }', { json: { a: '${X}' } }],
];
test.each(HTTP)('http: [{ %s }]', (yaml, expected) => {
  expect(parseImage(`    http: [{ ${yaml} }]`).http[0]).toMatchObject(expected);
});

test.each([
  ['status: 200', /http\[0\]: expected exactly one of get and post$/],
  ['get: /, post: /', /http\[0\]: expected exactly one of get and post$/],
  ['get: /, body: x', /http\[0\].body: a body goes with post, not with get$/],
  ['get: health', /http\[0\].get: expected a path of the service, starting with \/, seen `health`$/],
  ['get: "http://api/health"', /http\[0\].get: expected a path of the service/],
  ['get: /a b', /http\[0\].get: expected a path/],
  ['get: /, status: 99', /http\[0\].status: expected a status code from 100 to 599, seen `99`$/],
  ['get: /, status: [200, 600]', /http\[0\].status\[1\]: expected a status code/],
  ['get: /, status: []', /http\[0\].status: expected at least one status code/],
  ['get: /, status: OK', /http\[0\].status: expected a status code or a list of them, seen `OK`$/],
  ['get: /, within: 3', /http\[0\].within: expected a duration with its unit/],
  ['get: /, repeat: 0', /http\[0\].repeat: expected a whole number from 1 to 1000/],
  ['get: /, sttus: 200', /http\[0\]: unknown key `sttus`; did you mean `status`\?$/],
  ['get: /, type: html', /http\[0\].type: expected a media type/],
  ['get: /, headers: { "a b": x }', /http\[0\].headers."a b": the key is not a header name$/],
  ['get: /, headers: { a: "x\\ny" }', /headers.a: expected a header value on one line, seen a text \(not shown\)$/],
  ['get: /, headers: { a: "Bearer ${TOKEN}" }', /headers.a: looks like a shell variable `\$\{TOKEN\}`/],
  ['post: /, body: { a: 1 }', /http\[0\].body: expected a text \(put it in quotes\), seen a map$/],
])('http: [{ %s }] is refused', (yaml, expected) => {
  const complaints = imageComplaints(`    http: [{ ${yaml} }]`);
  expect(complaints).toHaveLength(1);
  expect(complaints[0]).toMatch(expected);
});

const RUN: readonly (readonly [string, Partial<JobRunCheck>])[] = [
  ['', { within: 120_000, exit: 0 }],
  ['command: [python, -m, pip, check]', { command: ['python', '-m', 'pip', 'check'] }],
  ['command: [sh, -c, "echo $HOME ${X}"]', { command: ['sh', '-c', 'echo $HOME ${X}'] }],
  ['exit: 78, within: 10s', { exit: 78, within: 10_000 }],
  ['stdout: /complete$/', { stdout: /complete$/ }],
  ['stdout: /a b/ims, stderr: "/x: y/"', { stdout: /a b/ims, stderr: /x: y/ }],
  ['stdout: "/a/b/"', { stdout: /a\/b/ }],
];
test.each(RUN)('run: [{ %s }]', (yaml, expected) => {
  expect(parseImage(`    kind: job\n    run: [{ ${yaml} }]`).run[0]).toMatchObject(expected);
});

test.each([
  ['command: pip check', /run\[0\].command: expected a list, one argument each/],
  ['command: [echo, $HOME]', /run\[0\].command\[1\]: looks like a shell variable `\$HOME`/],
  ['command: [sh, -c, "${{ x }}"]', /run\[0\].command\[2\]: looks like a workflow expression/],
  ['exit: 256', /run\[0\].exit: expected an exit code from 0 to 255, seen `256`$/],
  ['stdout: complete', /run\[0\].stdout: expected a regular expression written \/…\/, seen `complete`$/],
  ['stdout: //', /run\[0\].stdout: expected a regular expression/],
  ['stdout: /(/', /run\[0\].stdout: expected a valid regular expression \(.*Unterminated group\), seen `\/\(\/`$/],
  [
    'stdout: /a/g',
    /run\[0\].stdout: expected a regular expression with the flags i, m, s, u or v only, seen `\/a\/g`$/,
  ],
  ['stdout: /a/uv', /run\[0\].stdout: expected a valid regular expression/],
  ['comand: [x]', /run\[0\]: unknown key `comand`; did you mean `command`\?$/],
])('run: [{ %s }] is refused', (yaml, expected) => {
  const complaints = imageComplaints(`    kind: job\n    run: [{ ${yaml} }]`);
  expect(complaints).toHaveLength(1);
  expect(complaints[0]).toMatch(expected);
});
