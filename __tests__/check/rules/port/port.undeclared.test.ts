import { expect, test } from '@jest/globals';
import { portUndeclared } from '../../../../src/check/rules/port/port.undeclared.ts';
import type { ImageConfig } from '../../../../src/model/config.ts';
import { blankDescription, blankImage, blankRuntime } from '../../../support/blank.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';
import { blankService, serviceWithout } from '../../../support/runs.ts';

const open = (port: number, address = '0.0.0.0') => ({ port, address, loopbackOnly: address.startsWith('127.') });
function judge(
  listening: readonly ReturnType<typeof open>[],
  exposedPorts: readonly string[] = [],
  image: Partial<ImageConfig> = {},
) {
  const facts = {
    service: blankService({ listening }),
    image: blankDescription({ config: blankRuntime({ exposedPorts }) }),
  };
  return checkRule(portUndeclared, facts, blankImage(image));
}

test.each<[string, readonly ReturnType<typeof open>[], readonly string[], Partial<ImageConfig>]>([
  ['by port', [open(8080)], [], { port: 8080 }],
  ['by ports', [open(8080), open(9090)], [], { ports: [8080, 9090] }],
  ['by EXPOSE', [open(8080), open(8080, '::')], ['8080/tcp'], {}],
  ['by a range', [open(8005)], ['8000-8010/tcp'], {}],
  ['by nobody, on loopback', [open(9229, '127.0.0.1')], [], {}],
])('a port named %s passes', (_, listening, exposed, image) => {
  expect(judge(listening, exposed, image).status).toBe('passed');
});

test('a port that nobody named fails once, whatever addresses it has', () => {
  expect(messagesOf(judge([open(8080), open(9229), open(9229, '::')], ['8080/tcp', '9229/udp']))).toEqual([
    'port 9229 is open, and neither `port`, `ports` nor EXPOSE names it',
  ]);
});

test('sockets that cannot be read decide nothing', () => {
  const facts = { service: serviceWithout('listening'), image: blankDescription() };
  expect(checkRule(portUndeclared, facts).status).toBe('undecided');
});
