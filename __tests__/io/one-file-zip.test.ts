import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { execa } from 'execa';
import fc from 'fast-check';
import { isZip, packFile, unpackFile } from '../../src/io/one-file-zip.ts';
import { Fault } from '../../src/model/fault.ts';
import { makeFolder } from '../support/folder.ts';

describe('an archive of one file', () => {
  test('holds any content', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), (content) => {
        const archive = packFile('record.json', content);
        expect(isZip(archive)).toBe(true);
        expect(unpackFile(archive, 3000, 'x')).toEqual(Buffer.from(content));
      }),
    );
  });

  test('is one for other programs, and theirs is one here', async () => {
    const folder = await makeFolder({ 'b.txt': 'from python\n' });
    await writeFile(join(folder, 'ours.zip'), packFile('a.txt', Buffer.from('hello')));
    const script = [
      'import sys, zipfile',
      'assert zipfile.ZipFile("ours.zip").read("a.txt") == b"hello"',
      'zipfile.ZipFile("theirs.zip", "w", zipfile.ZIP_DEFLATED).write("b.txt")',
      'sys.stdout.write(open("theirs.zip", "rb").read().hex())',
    ].join('\n');
    const { stdout } = await execa('python3', ['-c', script], { cwd: folder });
    expect(unpackFile(Buffer.from(stdout, 'hex'), 100, 'x').toString()).toBe('from python\n');
  });

  test('is refused with a Fault when it was changed, and never crashes or gives more than the limit', () => {
    const archive = packFile('record.json', Buffer.from('{"schema":"slipway-record/v1"}'.repeat(20)));
    const change = fc.array(fc.tuple(fc.nat(archive.length - 1), fc.integer({ min: 0, max: 255 })), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(change, fc.nat(archive.length), (changes, end) => {
        const damaged = Buffer.from(archive.subarray(0, end));
        for (const [at, value] of changes) if (at < end) damaged[at] = value;
        try {
          expect(unpackFile(damaged, 700, 'x').length).toBeLessThanOrEqual(700);
        } catch (error) {
          expect(error).toBeInstanceOf(Fault);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('is not unpacked beyond the limit, whatever it says of its size', () => {
    const bomb = packFile('a', Buffer.alloc(10_000_000));
    expect(() => unpackFile(bomb, 1000, 'x')).toThrow(/more than 1000 bytes/);
    const lying = Buffer.from(bomb);
    const central = lying.lastIndexOf(Buffer.from([0x50, 0x4b, 1, 2]));
    lying.writeUInt32LE(10, central + 24);
    expect(() => unpackFile(lying, 1000, 'x')).toThrow(/damaged/);
  });
});
