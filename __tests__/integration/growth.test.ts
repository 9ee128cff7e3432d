import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { digestOf } from '../../src/model/digest.ts';
import { parseRecord } from '../../src/model/record-parse.ts';
import type { ImageRecord } from '../../src/model/record.ts';
import { findProgram, type RealRegistry, startDockerRegistry } from '../support/docker-registry.ts';
import { makeRepository, type Repository, runCli } from '../support/dist.ts';
import { removeImageNames } from '../support/running.ts';

const MINUTES = 4 * 60_000;
const program = findProgram('docker-registry');
const RECORD = 'application/vnd.slipway.record.v1+json';
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';
const PROJECT = {
  Dockerfile: 'FROM scratch\nCOPY data /data\nUSER 10001:10001\nCMD ["/data"]\n',
  data: randomBytes(400_000).toString('base64'),
  'slipway.yml': [
    'images:',
    '  tool:',
    '    dockerfile: Dockerfile',
    '    kind: job',
    '    size: { growth: { percent: 10%, at-least: 100kB } }',
    '',
  ].join('\n'),
};

let project: Repository;
let registry: RealRegistry | undefined;
beforeEach(async () => {
  project = await makeRepository(PROJECT);
});
afterEach(async () => {
  await registry?.stop();
  await removeImageNames(project);
  await project.remove();
});

/** Asks the registry itself, with nothing of ours between. */
async function ask(path: string, accept: string): Promise<Buffer> {
  const answer = await fetch(`http://${registry?.host ?? ''}/v2/team/tool/${path}`, { headers: { accept } });
  expect([path, answer.status]).toEqual([path, 200]);
  return Buffer.from(await answer.arrayBuffer());
}
async function put(path: string, type: string, bytes: Buffer): Promise<void> {
  const to = `http://${registry?.host ?? ''}/v2/team/tool/${path}`;
  const answer = await fetch(to, { method: 'PUT', headers: { 'content-type': type }, body: new Uint8Array(bytes) });
  expect([path, answer.status]).toEqual([path, 201]);
}
async function putBlob(bytes: Buffer): Promise<void> {
  const host = `http://${registry?.host ?? ''}`;
  const begun = await fetch(`${host}/v2/team/tool/blobs/uploads/`, { method: 'POST' });
  const to = new URL(begun.headers.get('location') ?? '', host);
  to.searchParams.set('digest', digestOf(bytes));
  const headers = { 'content-type': 'application/octet-stream' };
  expect((await fetch(to, { method: 'PUT', headers, body: new Uint8Array(bytes) })).status).toBe(201);
}
const parse = (bytes: Buffer) =>
  JSON.parse(bytes.toString()) as {
    readonly manifests: readonly { readonly digest: string; readonly artifactType: string }[];
    readonly layers: readonly { readonly digest: string }[];
    readonly subject: { readonly digest: string };
  };

async function judge(): Promise<{ readonly exitCode: number; readonly image: ImageRecord | undefined }> {
  const words = ['check', '--no-containers', '--registry', `${registry?.host ?? ''}/team`];
  const { exitCode } = await runCli(project, words);
  return { exitCode, image: (await project.record()).images[0] };
}
const outcomeIn = (image: ImageRecord | undefined) =>
  image?.outcomes.find(({ rule }) => rule === 'size.growth-vs-main');

(program === undefined ? describe.skip : describe)('growth against what the base branch published', () => {
  test(
    'the record hangs on the digest in a real registry, and a larger layer is judged against it',
    async () => {
      registry = await startDockerRegistry(program ?? '');
      const first = await judge();
      expect(first.exitCode).toBe(0);
      expect(outcomeIn(first.image)).toMatchObject({
        status: 'skipped',
        reason: expect.stringMatching(/no baseline: main has published no .*\/team\/tool:main/),
      });

      const shipped = await runCli(project, ['ship', '--no-containers', '--registry', `${registry.host}/team`]);
      expect(shipped).toMatchObject({ exitCode: 0 });
      const before = (await project.record()).images[0];
      const digest = before?.published?.digest ?? '';
      // This registry has no referrers API: the tag that stands in for it leads to the record.
      const fallback = `manifests/${digest.replace(':', '-')}`;
      const [entry] = parse(await ask(fallback, INDEX)).manifests;
      expect(entry).toMatchObject({ artifactType: RECORD, digest: expect.stringMatching(/^sha256:/) });
      const artifact = parse(await ask(`manifests/${entry?.digest ?? ''}`, MANIFEST));
      expect(artifact.subject.digest).toBe(digest);
      const attached = await ask(`blobs/${artifact.layers[0]?.digest ?? ''}`, '*/*');
      expect(parseRecord(attached.toString(), 'attached').images[0]).toMatchObject({
        name: 'tool',
        digests: before?.digests,
        sizes: { unpacked: before?.sizes?.unpacked },
      });

      await writeFile(join(project.directory, 'data'), randomBytes(700_000).toString('base64'));
      const larger = await judge();
      expect(larger.exitCode).toBe(1);
      const [finding] = outcomeIn(larger.image)?.findings ?? [];
      expect(finding?.message).toMatch(
        /^\+\d+ kB \(\+7\d\.\d %\) unpacked against tool:main of main, \d+ kB; allowed are 10 % and 100 kB; .*COPY data/,
      );
      expect(finding?.place).toMatchObject({ file: 'slipway.yml', line: 5 });
      expect(larger.image?.baseline).toMatchObject({ digest, unpacked: before?.sizes?.unpacked });

      await writeFile(join(project.directory, 'data'), randomBytes(410_000).toString('base64'));
      const similar = await judge();
      expect([similar.exitCode, outcomeIn(similar.image)?.status]).toEqual([0, 'passed']);

      // A record that is not about these bytes, newer than the right one, does not hide it; alone it is no baseline.
      const other = Buffer.from(attached.toString().replaceAll(digest, digestOf('another image')));
      await putBlob(other);
      const document = parse(await ask(`manifests/${entry?.digest ?? ''}`, MANIFEST));
      const layers = [{ mediaType: RECORD, digest: digestOf(other), size: other.length }];
      const forged = Buffer.from(JSON.stringify({ ...document, layers }));
      await put(`manifests/${digestOf(forged)}`, MANIFEST, forged);
      const forgedEntry = { ...entry, digest: digestOf(forged), size: forged.length };
      const index = (manifests: readonly object[]) =>
        Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests }));
      await put(fallback, INDEX, index([forgedEntry, entry ?? {}]));
      expect(outcomeIn((await judge()).image)?.status).toBe('passed');
      await put(fallback, INDEX, index([forgedEntry]));
      const undecided = await judge();
      expect(undecided.exitCode).toBe(1);
      expect(outcomeIn(undecided.image)).toMatchObject({
        status: 'undecided',
        reason: expect.stringMatching(/the baseline .* cannot be read: the record sha256:\w+ .* is about other bytes/),
      });

      await registry.stop();
      const unreachable = await judge();
      expect(unreachable.exitCode).toBe(75);
      expect(outcomeIn(unreachable.image)).toMatchObject({ status: 'undecided', environment: true });
      registry = undefined;
    },
    MINUTES,
  );
});
