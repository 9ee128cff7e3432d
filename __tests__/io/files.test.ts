import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeFiles } from '../../src/io/files.ts';
import { Fault } from '../../src/model/fault.ts';

let folder: string;
let files: ReturnType<typeof makeFiles>;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-files-test-'));
  files = makeFiles({ temporary: folder });
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('reading', () => {
  test('text, bytes and a stream of the same file agree', async () => {
    const path = join(folder, 'read');
    writeFileSync(path, 'grüße\n');
    const chunks: Uint8Array[] = [];
    for await (const chunk of await files.open(path)) chunks.push(chunk);
    expect(await files.readText(path)).toBe('grüße\n');
    expect(Buffer.concat(chunks)).toEqual(Buffer.from(await files.readBytes(path)));
  });
  test('what is not there is undefined for stat and a Fault for reading', async () => {
    expect(await files.stat(join(folder, 'nothing'))).toBeUndefined();
    expect(await files.stat('/etc/passwd/below')).toBeUndefined();
    await expect(files.readText(join(folder, 'nothing'))).rejects.toThrow(/cannot read .*nothing: it does not exist/);
    await expect(files.open(join(folder, 'nothing'))).rejects.toBeInstanceOf(Fault);
    await expect(files.readText(folder)).rejects.toThrow('it is a folder');
  });
  test('size and kind', async () => {
    writeFileSync(join(folder, 'five'), '12345');
    expect(await files.stat(join(folder, 'five'))).toEqual({ size: 5, directory: false });
    expect(await files.stat(folder)).toMatchObject({ directory: true });
    expect(await files.freeBytes(folder)).toBeGreaterThan(0);
  });
});

describe('walking', () => {
  beforeAll(() => {
    const tree = join(folder, 'tree');
    mkdirSync(join(tree, 'b/deep'), { recursive: true });
    mkdirSync(join(tree, 'skipped'));
    writeFileSync(join(tree, 'a'), 'aa');
    writeFileSync(join(tree, 'b/deep/file'), 'x');
    writeFileSync(join(tree, 'skipped/hidden'), 'x');
    symlinkSync('/etc', join(tree, 'link'));
  });
  const collect = async (descend?: (path: string) => boolean): Promise<readonly string[]> => {
    const seen: string[] = [];
    for await (const file of files.walk(join(folder, 'tree'), descend)) seen.push(`${file.type} ${file.path}`);
    return seen;
  };
  test('parents first, links not followed', async () => {
    const skipped = ['directory skipped', 'file skipped/hidden'];
    const seen = ['file a', 'directory b', 'directory b/deep', 'file b/deep/file', 'symlink link', ...skipped];
    expect(await collect()).toEqual(seen);
  });
  test('a pruned folder is named and not entered', async () => {
    const seen = await collect((path) => path !== 'skipped');
    expect(seen).toContain('directory skipped');
    expect(seen).not.toContain('file skipped/hidden');
  });
});

describe('writing', () => {
  test('makes folders, replaces and leaves nothing beside', async () => {
    const path = join(folder, 'new/folder/file');
    await files.writeAtomic(path, 'one');
    await files.writeAtomic(path, Buffer.from('two'));
    expect(readFileSync(path, 'utf8')).toBe('two');
    expect(readdirSync(join(folder, 'new/folder'))).toEqual(['file']);
  });
  test('a write that fails leaves nothing beside', async () => {
    mkdirSync(join(folder, 'taken/target'), { recursive: true });
    await expect(files.writeAtomic(join(folder, 'taken/target'), 'x')).rejects.toThrow();
    expect(readdirSync(join(folder, 'taken'))).toEqual(['target']);
  });
});

describe('temporary folders', () => {
  test('are private and carry our prefix', async () => {
    const path = await files.makeTemporary('layout');
    expect(path).toMatch(/\/slipway-00000000-\d+_\d+-layout-/);
    expect(statSync(path).mode & 0o777).toBe(0o700);
    await files.remove(path);
    expect(await files.stat(path)).toBeUndefined();
  });
  test('go away with the process that made them', () => {
    const module = join(import.meta.dirname, '../../src/io/files.ts');
    const script = `import { makeFiles } from ${JSON.stringify(module)};
      console.log(await makeFiles({ temporary: ${JSON.stringify(folder)} }).makeTemporary('gone'));
      process.exit(3);`;
    let output = '';
    try {
      execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    } catch (error) {
      output = (error as { stdout: string }).stdout.trim();
    }
    expect(output).toMatch(/\/slipway-[^/]+-gone-/);
    expect(readdirSync(folder).filter((name) => name.startsWith('slipway-'))).toEqual([]);
  });
});
