import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ruleTable } from '../../src/check/rules/index.ts';
import { loadConfig } from '../../src/config/load.ts';
import { makeFiles } from '../../src/io/files.ts';
import { runChild } from './child.ts';

/** What is shipped: a folder with a slipway.yml, and the same images as a raw user of bake would define them. */
export interface Project {
  readonly title: string;
  readonly directory: string;
  readonly images: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** A bake definition that gives the images these names. */
  bake(nameOf: (image: string) => string): string;
  /** Changes one small file of each image to something that was never built. Absent: sources that are not ours to change. */
  readonly change?: () => Promise<void>;
}

/** Seconds each of the three services takes before it listens. */
const DELAYS = { small: 0, middle: 1.5, large: 4 } as const;
const MEGABYTES = { small: 2, middle: 12, large: 40 } as const;
type Name = keyof typeof DELAYS;
const NAMES = Object.keys(DELAYS) as Name[];

const SERVER = `import http.server, os, signal, time
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
time.sleep(float(os.environ["DELAY"]))
http.server.ThreadingHTTPServer(("0.0.0.0", 8080), http.server.SimpleHTTPRequestHandler).serve_forever()
`;

function dockerfile(name: Name): string {
  const fill = `import random; r = random.Random(1); [open(f"/data/{i}.txt", "w").write("".join(r.choices("abcdefghij ", k=100_000))) for i in range(${String(MEGABYTES[name] * 10)})]`;
  return `FROM python:3.11-slim
RUN mkdir /data && python -c '${fill}'
WORKDIR /srv
COPY server.py version.txt ./
ENV DELAY=${String(DELAYS[name])}
USER 1000:1000
EXPOSE 8080
HEALTHCHECK --interval=2s --timeout=3s --start-period=30s --start-interval=500ms \\
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8080/version.txt', timeout=2)"]
CMD ["python", "server.py"]
`;
}

function imageConfig(name: Name): string {
  return `  ${name}: { dockerfile: ${name}/Dockerfile, context: ${name}, port: 8080, size: 2GB, user: non-root, healthy-within: 60s, stops-within: 10s, http: [{ get: /version.txt, status: 200 }] }`;
}

/** Three small services in a git repository of their own. */
export async function makeProject(directory: string): Promise<Project> {
  await Promise.all(
    NAMES.map(async (name) => {
      await mkdir(join(directory, name), { recursive: true });
      await writeFile(join(directory, name, 'Dockerfile'), dockerfile(name));
      await writeFile(join(directory, name, 'server.py'), SERVER);
      await writeFile(join(directory, name, 'version.txt'), '1\n');
    }),
  );
  await writeFile(join(directory, 'slipway.yml'), ['version: 1', 'images:', ...NAMES.map(imageConfig), ''].join('\n'));
  const git = (...argv: string[]) => runChild('git', ['-C', directory, ...argv]);
  await git('init', '--quiet', '--initial-branch=main');
  await git('add', '.');
  const identity = ['-c', 'user.name=bench', '-c', 'user.email=bench@localhost'];
  await git(...identity, '-c', 'commit.gpgsign=false', 'commit', '--quiet', '-m', 'three services');
  const read = await readProject(directory);
  return {
    ...read,
    title: `three services on python:3.11-slim (${NAMES.map((name) => `${name} ${String(MEGABYTES[name])} MB`).join(', ')})`,
    change: async () => {
      const text = randomBytes(16).toString('hex');
      await Promise.all(NAMES.map((name) => writeFile(join(directory, name, 'version.txt'), `${name} ${text}\n`)));
    },
  };
}

/** The reference system of this repository; its database gets a password for this run. */
export async function openHaystack(): Promise<Project> {
  const read = await readProject(resolve('docker/haystack'));
  return { ...read, title: 'HAYSTACK', env: { POSTGRES_PASSWORD: randomBytes(12).toString('hex') } };
}

async function readProject(directory: string): Promise<Omit<Project, 'title' | 'change'>> {
  const { images } = await loadConfig(makeFiles({ temporary: directory }), undefined, directory, ruleTable());
  return {
    directory,
    images: images.map(({ name }) => name),
    env: {},
    bake: (nameOf) => {
      const targets = images.map(({ name, context, dockerfile: file, target, args }) => {
        const output = [`type=image,name=${nameOf(name)},unpack=true`];
        const named = { context: join(directory, context), dockerfile: join(directory, file), args, output };
        return [name, target === undefined ? named : { ...named, target }];
      });
      const group = { default: { targets: images.map(({ name }) => name) } };
      return JSON.stringify({ group, target: Object.fromEntries(targets) as unknown });
    },
  };
}
