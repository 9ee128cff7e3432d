import { createHash } from 'node:crypto';

const SHOWN = 4;
const SHORTEST_SHOWN = 16;

/** All but four characters hidden; of a short one everything. */
export function maskSecret(secret: string): string {
  const plain = secret.replace(/\s+/g, '');
  if (plain.length < SHORTEST_SHOWN) return '*'.repeat(8);
  return `${plain.slice(0, SHOWN).replace(/[^\x21-\x7e]/g, '?')}${'*'.repeat(8)}`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'latin1').digest('hex');
}

/** What stands for the secret wherever it must be recognised again: the secret itself is never kept. */
export function hashSecret(secret: string): string {
  return sha256(secret);
}

/** sha256(rule‖path‖sha256(secret)), parts apart by a zero byte. */
export function fingerprintOf(rule: string, path: string, secretHash: string): string {
  return sha256(`${rule}\0${path}\0${secretHash}`);
}
