import { truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { makeRepository, type Repository, runCli } from '../support/dist.ts';

const MINUTES = 300_000;

const BAD = `FROM debian:bookworm-slim
MAINTAINER somebody
RUN apt-get update && apt-get install -y python3.10 git
COPY missing.txt /app/
COPY notes.txt /app/
COPY requirements.txt /app/
RUN git clone https://example.org/team/tool.git /tool
RUN pip install -r /app/requirements.txt
RUN pip install numpy>=1.26
HEALTHCHECK --start-period=2s --interval=30s --retries=1 CMD curl -f http://127.0.0.1:8080/
CMD ["true"]
`;
const REPAIRED = `FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y python3.11 git curl
COPY notes.txt /app/
COPY requirements.txt /app/
RUN git clone https://example.org/team/tool.git /tool && git -C /tool checkout 0123456789012345678901234567890123456789
RUN pip install -r /app/requirements.txt
RUN pip install "numpy==1.26.4"
HEALTHCHECK --start-period=60s --interval=30s --retries=3 CMD curl -f http://127.0.0.1:8080/
CMD ["true"]
`;
const SERVER = `FROM python:3.11-slim
USER 10001
CMD ["python", "-m", "http.server", "8080"]
`;

const FILES = {
  'bad/Dockerfile': BAD,
  'bad/requirements.txt': 'numpy\n',
  'bad/notes.txt': 'notes',
  'bad/.dockerignore': 'notes.txt\n',
  'repaired/Dockerfile': REPAIRED,
  'repaired/requirements.txt': 'numpy==1.26.4\n',
  'repaired/notes.txt': 'notes',
  'repaired/.dockerignore': '*\n!notes.txt\n!requirements.txt\n',
  'heavy/Dockerfile': 'FROM scratch\nCOPY . /\n',
  'heavy/data.bin': '',
  'mute/Dockerfile': 'FROM scratch\nCOPY note.txt /\n',
  'mute/note.txt': 'nobody says what to run',
  'closed/Dockerfile': SERVER,
  'open/Dockerfile': SERVER.replace('CMD', 'EXPOSE 8080\nCMD'),
  'slipway.yml': `images:
  bad: { context: bad, dockerfile: bad/Dockerfile }
  repaired: { context: repaired, dockerfile: repaired/Dockerfile }
  heavy: { context: heavy, dockerfile: heavy/Dockerfile, platforms: [linux/s390x] }
  mute: { context: mute, dockerfile: mute/Dockerfile, kind: job }
  closed: { context: closed, dockerfile: closed/Dockerfile }
  open: { context: open, dockerfile: open/Dockerfile }
`,
};

let project: Repository;

beforeAll(async () => {
  project = await makeRepository(FILES);
  await truncate(join(project.directory, 'heavy/data.bin'), 2 ** 31);
});
afterAll(() => project.remove());

/** How each rule ended, by image and rule. */
async function readOutcomes(): Promise<ReadonlyMap<string, string>> {
  const { images } = await project.record();
  return new Map(
    images.flatMap(({ name, outcomes }) => outcomes.map(({ rule, status }) => [`${name} ${rule}`, status] as const)),
  );
}

test(
  'what is wrong before the build fails there, and its repaired twin passes',
  async () => {
    expect((await runCli(project, ['plan'])).exitCode).toBe(1);
    const outcomes = await readOutcomes();
    const rules = [
      'dockerfile.build-check',
      'dockerfile.clone-unpinned',
      'dockerfile.copy-ignored',
      'dockerfile.copy-missing',
      'dockerfile.health-tool',
      'dockerfile.python-missing',
      'dockerfile.redirected-install',
      'health.start-period',
      'requirements.pinned',
    ];
    const bad = rules.map((rule) => `${rule} ${String(outcomes.get(`bad ${rule}`))}`);
    expect(bad).toEqual(rules.map((rule) => `${rule} failed`));
    const repaired = rules.map((rule) => `${rule} ${String(outcomes.get(`repaired ${rule}`))}`);
    expect(repaired).toEqual(rules.map((rule) => `${rule} passed`));
    for (const rule of ['context.size', 'context.dockerignore', 'platform.emulated']) {
      expect([rule, outcomes.get(`heavy ${rule}`), outcomes.get(`repaired ${rule}`)]).toEqual([
        rule,
        'failed',
        'passed',
      ]);
    }
  },
  MINUTES,
);

test(
  'an image without a command and a port that nobody declared are found in the built images',
  async () => {
    await runCli(project, ['check', '--only', 'mute', '--only', 'closed', '--only', 'open']);
    const outcomes = await readOutcomes();
    const seen = ['mute cmd.present', 'open cmd.present', 'closed port.undeclared', 'open port.undeclared'];
    expect(seen.map((one) => outcomes.get(one))).toEqual(['failed', 'passed', 'failed', 'passed']);
  },
  MINUTES,
);
