import type { ListeningSocket } from './facts.ts';

const LISTEN = '0A';
/** Docker's embedded DNS server listens in every container of a user-defined network; it is not the image's. */
const ENGINE_DNS = '127.0.0.11';
const ROW = /^\s*\d+:\s+([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})\s+\S+\s+([0-9A-F]{2})\s/;

/** Listening TCP sockets of a network namespace, from its `/proc/<pid>/net/tcp` and `tcp6` (proc_net(5)), ports ascending. */
export function parseListening(tables: { readonly tcp: string; readonly tcp6: string }): readonly ListeningSocket[] {
  const found = new Map<string, ListeningSocket>();
  for (const line of [...tables.tcp.split('\n'), ...tables.tcp6.split('\n')]) {
    const [, hex, port, state] = ROW.exec(line) ?? [];
    if (hex === undefined || port === undefined || state !== LISTEN) continue;
    const address = readAddress(hex);
    if (address === ENGINE_DNS) continue;
    found.set(`${address}:${port}`, { port: parseInt(port, 16), address, loopbackOnly: isLoopback(address) });
  }
  return [...found.values()].sort((left, right) => left.port - right.port || left.address.localeCompare(right.address));
}

/** Whether some address outside the container's own loopback answers on the port. */
export function isReachable(sockets: readonly ListeningSocket[], port: number): boolean {
  return sockets.some((socket) => socket.port === port && !socket.loopbackOnly);
}

/** The kernel prints each 32-bit word of an address in host order (little endian on every platform Docker runs on but s390x). */
function readAddress(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) =>
    (word.match(/../g) ?? []).reverse().map((byte) => parseInt(byte, 16)),
  );
  if (bytes.length === 4) return bytes.join('.');
  const mapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  if (mapped) return bytes.slice(12).join('.');
  const groups: string[] = [];
  for (let at = 0; at < 16; at += 2) groups.push((((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)).toString(16));
  return shorten(groups);
}

function shorten(groups: readonly string[]): string {
  const text = groups.join(':');
  if (text === '0:0:0:0:0:0:0:0') return '::';
  return text === '0:0:0:0:0:0:0:1' ? '::1' : text;
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}
