import { expect, test } from '@jest/globals';
import { portExpose } from '../../../../src/check/rules/port/port.expose.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';
import { blankDescription, blankImage, blankRuntime } from '../../../support/blank.ts';

function judge(exposedPorts: readonly string[], port?: number, ports: readonly number[] = []) {
  const description = blankDescription({ config: blankRuntime({ exposedPorts }) });
  return checkRule(portExpose, { image: description }, blankImage({ ports, ...(port === undefined ? {} : { port }) }));
}

test.each([
  [['8080/tcp'], 8080, []],
  [['8000-8100/tcp'], 8080, [8000, 8100]],
  [['80'], 80, []],
])('%j names %i', (exposed, port, ports) => {
  expect(judge(exposed, port, ports).status).toBe('passed');
});

test.each([
  [[], 8080, 'none'],
  [['8080/udp'], 8080, 'none'],
  [['80/tcp', '8000-8010/tcp'], 8080, '80, 8000-8010'],
  [['/tcp'], 8080, 'none'],
])('%j does not name %i', (exposed, port, shown) => {
  expect(messagesOf(judge(exposed, port))).toEqual([`port 8080 is declared, and the image exposes ${shown}`]);
});

test('without a declared port there is nothing to compare', () => {
  expect(judge(['8080/tcp']).status).toBe('skipped');
});
