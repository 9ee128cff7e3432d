import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isReachable, parseListening } from '../../src/model/listening.ts';

const HEAD = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
const row = (local: string, state = '0A'): string =>
  `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 33006 1 0 100 0 0 10 0\n`;
const LOOPBACK_6 = '00000000000000000000000001000000';

test.each([
  ['00000000:1F90', '0.0.0.0', false],
  ['0100007F:1F90', '127.0.0.1', true],
  ['020012AC:1F90', '172.18.0.2', false],
  ['00000000000000000000000000000000:1F90', '::', false],
  [`${LOOPBACK_6}:1F90`, '::1', true],
  ['0000000000000000FFFF00000100007F:1F90', '127.0.0.1', true],
  ['000080FE000000000000000001000000:1F90', 'fe80:0:0:0:0:0:0:1', false],
])('%s is %s', (local, address, loopbackOnly) => {
  expect(parseListening({ tcp: HEAD + row(local), tcp6: HEAD })).toEqual([{ port: 8080, address, loopbackOnly }]);
});

test("connections and the engine's own name server are left out", () => {
  const tcp = HEAD + row('0B00007F:91D9') + row('00000000:0050', '01') + row('00000000:0051', '06');
  expect(parseListening({ tcp, tcp6: '' })).toEqual([]);
});

test('a port is reachable when one of its addresses is not loopback', () => {
  const sockets = parseListening({
    tcp: HEAD + row('0100007F:1F90'),
    tcp6: HEAD + row('00000000000000000000000000000000:1F90'),
  });
  expect(sockets).toHaveLength(2);
  expect(isReachable(sockets, 8080)).toBe(true);
  expect(
    isReachable(
      sockets.filter((socket) => socket.loopbackOnly),
      8080,
    ),
  ).toBe(false);
  expect(isReachable(sockets, 80)).toBe(false);
});

test('no text makes the parser throw', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(parseListening({ tcp: text, tcp6: text })).toBeInstanceOf(Array);
    }),
  );
});
