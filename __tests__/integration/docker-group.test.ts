import { execFileSync } from 'node:child_process';
import { chmod, chown, cp, mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { makeRepository, type Repository, runCli } from '../support/dist.ts';
import { removeImageNames } from '../support/running.ts';
import { SERVICE } from '../support/small-service.ts';

const MINUTES = 4 * 60_000;
const SOCKET = '/var/run/docker.sock';
/** A user that no machine has, so it is in no group but those given. */
const UID = 61_234;
const root = process.getuid?.() === 0;

let project: Repository | undefined;
afterEach(async () => {
  if (project !== undefined) await removeImageNames(project);
  await project?.remove();
});

/** Hands a folder to a user, with everything in it; git trusts a checkout of its own user only. */
async function giveTo(user: number, folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true })) await chown(join(folder, entry), user, user);
  await chown(folder, user, user);
}

/** What the user needs from a checkout that may lie below /root: the bundles, and Node where it cannot be reached. */
async function lendPrograms(home: string): Promise<string> {
  await cp(resolve('dist'), join(home, 'dist'), { recursive: true });
  try {
    execFileSync(process.execPath, ['--version'], { uid: UID, gid: UID, cwd: '/', stdio: 'ignore' });
    return process.execPath;
  } catch {
    await cp(process.execPath, join(home, 'node'));
    return join(home, 'node');
  }
}

(root ? test : test.skip)(
  'a user who is only in the docker group ships the same bytes as root, through the loopback registry',
  async () => {
    project = await makeRepository(SERVICE);
    const home = join(dirname(project.output), 'home');
    await mkdir(home);
    const node = await lendPrograms(home);
    await chmod(dirname(project.output), 0o755);
    await giveTo(UID, home);
    await giveTo(UID, project.directory);
    const { gid } = await stat(SOCKET);
    const layout = join(home, 'layout');
    const program = [node, join(home, 'dist/cli/index.js'), 'ship', '--to', `oci:${layout}`, '--output', `${home}/out`];
    const policy = process.env['EXPERIMENTAL_BUILDKIT_SOURCE_POLICY'];
    const result = await execa(
      'setpriv',
      ['--reuid', String(UID), '--regid', String(UID), '--groups', String(gid), ...program],
      {
        cwd: project.directory,
        extendEnv: false,
        env: {
          PATH: '/usr/local/bin:/usr/bin:/bin',
          HOME: home,
          TMPDIR: home,
          NO_COLOR: '1',
          ...(policy === undefined ? {} : { EXPERIMENTAL_BUILDKIT_SOURCE_POLICY: policy }),
        },
        reject: false,
      },
    );
    expect(result.stderr + result.stdout).toContain('1 image proven and published');
    expect(result.exitCode).toBe(0);
    const theirs = JSON.parse(await readFile(join(home, 'out/record.json'), 'utf8')) as Awaited<
      ReturnType<Repository['record']>
    >;
    const [image] = theirs.images;
    expect(theirs.engine?.bytes).toMatch(/^pushed once by the engine to a loopback registry/);
    expect(image?.published?.digest).toBe(image?.digests?.index ?? image?.digests?.manifest);
    const index = JSON.parse(await readFile(join(layout, 'index.json'), 'utf8')) as { manifests: { digest: string }[] };
    expect(index.manifests.map(({ digest }) => digest)).toContain(image?.published?.digest);
    expect((await readdir(home)).filter((name) => name.startsWith('slipway-'))).toEqual([]);

    // Attestations differ between builds; the image itself is the same whoever builds it.
    await giveTo(0, project.directory);
    expect(await runCli(project, ['ship', '--no-containers'])).toMatchObject({ exitCode: 0 });
    const ours = await project.record();
    expect(ours.images[0]?.digests?.manifest).toBe(image?.digests?.manifest);
    expect(ours.images[0]?.digests?.config).toBe(image?.digests?.config);
  },
  MINUTES,
);
