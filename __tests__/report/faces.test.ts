import { describe, expect, test } from '@jest/globals';
import { renderAnnotations } from '../../src/report/annotations.ts';
import { render } from '../../src/report/formats.ts';
import { renderMarkdown } from '../../src/report/markdown.ts';
import { renderTerminal } from '../../src/report/terminal.ts';
import { anImageRecord, anOutcome, aRecord, fakeDigest } from '../support/records.ts';
import { aRichRecord } from '../support/rich-record.ts';

const PLAIN = { color: false, quiet: false, verbose: false };
const tooBig = anOutcome({
  rule: 'size.unpacked',
  status: 'failed',
  findings: [
    {
      message: '24.1 GB unpacked, 22.0 GB allowed',
      remedy: 'Drop the cudnn wheels.',
      place: { file: 'docker/Dockerfile', line: 12 },
    },
  ],
});
const noHealth = anOutcome({
  rule: 'health.defined',
  severity: 'warning',
  status: 'failed',
  findings: [{ message: 'no HEALTHCHECK', remedy: 'Add one.' }],
});
const blocked = anImageRecord({ name: 'inference', blocked: ['size.unpacked failed'], outcomes: [noHealth, tooBig] });
const broken = anImageRecord({
  name: 'web',
  status: 'failed',
  digests: undefined,
  blocked: ['the build failed'],
  outcomes: [],
  build: {
    elapsed: 1,
    steps: 0,
    cached: 0,
    failure: { message: 'exit code: 2', command: 'RUN make', file: 'Dockerfile', line: 3, log: ['make: no rule'] },
  },
});

describe('renderTerminal', () => {
  test('says the verdict first, then what blocks, then the warnings', () => {
    const lines = renderTerminal(aRecord({ images: [anImageRecord(), blocked] }), PLAIN).split('\n');
    expect(lines[0]).toMatch(/^✗ 1 of 2 images blocked {3}main · c{12}$/);
    const findings = lines.filter((line) => /^. .*(?:size\.unpacked|health\.defined)/.test(line));
    expect(findings).toEqual([
      expect.stringMatching(/^✗ inference size\.unpacked/),
      expect.stringMatching(/^! inference health\.defined/),
    ]);
    expect(lines).toContain('    → Drop the cudnn wheels.');
    expect(lines).toContain('    docker/Dockerfile:12');
  });

  test('ends with where to go on, where something blocks', () => {
    const last = (images: readonly ReturnType<typeof anImageRecord>[]) =>
      renderTerminal(aRecord({ images: [...images] }), PLAIN)
        .trimEnd()
        .split('\n')
        .at(-1);
    expect(last([blocked])).toMatch(/^slipway explain size\.unpacked /);
    expect(last([anImageRecord()])).not.toContain('explain');
  });

  test.each([60, 80, 100])('fits a terminal of %s columns as far as it can', (width) => {
    const record = aRichRecord();
    const headsOf = (text: string): string[] => text.split('\n').filter((line) => /^(image|service) /.test(line));
    const [images = '', services = ''] = headsOf(renderTerminal(record, { ...PLAIN, width }));
    expect(images).toMatch(/^image .*size/);
    expect(services).toMatch(/^service .*state .*memory/);
    expect(Math.max(images.length, services.length)).toBeLessThanOrEqual(width);
    expect(headsOf(renderTerminal(record, PLAIN)).join('\n')).toMatch(/digest\n.*limits/);
  });

  test('quiet leaves the warnings and the table out', () => {
    const text = renderTerminal(aRecord({ images: [blocked] }), { ...PLAIN, quiet: true });
    expect(text).toContain('size.unpacked');
    expect(text).not.toMatch(/health\.defined|digest/);
  });

  test('verbose names every rule with its status', () => {
    expect(renderTerminal(aRecord(), { ...PLAIN, verbose: true })).toMatch(/✓ user\.config\s+passed/);
  });

  test('shows a failed build with its place, command and log', () => {
    const text = renderTerminal(aRecord({ images: [broken] }), PLAIN);
    expect(text).toContain('✗ web build failed at Dockerfile:3');
    expect(text).toContain('RUN make');
    expect(text).toContain('│ make: no rule');
  });

  test('what a waiver lets through stays in sight, and so does why one did not help', () => {
    const waived = anOutcome({
      status: 'waived',
      reason: 'NGC base (until 2027-03-01)',
      findings: [{ message: 'starts as root', remedy: 'r', waived: 'NGC base (until 2027-03-01)' }],
    });
    const reason = 'the waiver at slipway.yml:9:5 expired on 2026-01-01';
    const record = aRecord({ images: [anImageRecord({ outcomes: [waived, { ...tooBig, reason }] })] });
    expect(renderTerminal(record, PLAIN)).toContain('~ api user.config waived: NGC base (until 2027-03-01)');
    expect(renderTerminal(record, PLAIN)).toContain(`22.0 GB allowed (${reason})`);
    expect(renderMarkdown(record)).toMatch(/api user.config waived/);
  });

  test('says why nothing was published', () => {
    expect(renderTerminal(aRecord({ publish: { decided: false, reason: 'pull request' } }), PLAIN)).toContain(
      'publish: skipped (pull request)',
    );
  });

  test('obeys no control sequence of an image', () => {
    const hostile = anImageRecord({
      user: '\u001b[31mroot',
      outcomes: [anOutcome({ status: 'failed', findings: [{ message: '\u001b]0;x\u0007', remedy: 'r' }] })],
    });
    // eslint-disable-next-line no-control-regex -- none may be left
    expect(renderTerminal(aRecord({ images: [hostile] }), PLAIN)).not.toMatch(/[\u001b\u0007]/);
  });
});

describe('renderMarkdown', () => {
  test('shows what blocks, and warnings on a click; where nothing is enforced they are open', () => {
    const text = renderMarkdown(aRecord({ images: [blocked] }));
    const [shown = '', folded = ''] = text.split('<details>');
    expect(shown).toContain('size.unpacked');
    expect(shown).not.toContain('health.defined');
    expect(folded).toMatch(/^<summary>1 warning<\/summary>\n\n- .*health\.defined.*\n\n<\/details>\n/);
    const informed = aRecord({ images: [blocked], config: { file: 'slipway.yml', informational: true } });
    expect(renderMarkdown(informed)).toContain('<details open><summary>1 warning</summary>');
    expect(renderMarkdown(aRecord({ images: [anImageRecord()] }))).not.toContain('<details');
  });

  test('what is folded is closed again where there is no room for all of it', () => {
    const findings = Array.from({ length: 200 }, (_, index) => ({
      message: `no ${String(index)}`,
      remedy: 'Add one.',
    }));
    const outcomes = [{ ...noHealth, findings }];
    const text = renderMarkdown(aRecord({ images: [anImageRecord({ outcomes })] }), 6000);
    expect(text).toMatch(/<\/details>\n\n… and \d+ more, left out here/);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(6000);
  });

  test('words between backticks are code, and a backtick alone is a letter', () => {
    const finding = { message: 'write `USER <uid>` and ` @team', remedy: 'Add one.' };
    const image = anImageRecord({ outcomes: [{ ...noHealth, findings: [finding] }] });
    expect(renderMarkdown(aRecord({ images: [image] }))).toContain(
      'write <code>USER &lt;uid&gt;</code> and &#96; &#64;\u200bteam',
    );
  });

  test('starts with the verdict and shows each finding with its remedy', () => {
    const text = renderMarkdown(aRecord({ images: [blocked] }));
    expect(text).toMatch(/^### ❌ images: 1 of 1 image blocked/);
    expect(text).toContain('→ Drop the cudnn wheels.');
  });

  test('stays under the limit of a job summary and says what was cut', () => {
    const findings = Array.from({ length: 20_000 }, (_, number) => ({
      message: `finding ${String(number)} ${'x'.repeat(100)}`,
      remedy: 'fix',
    }));
    const text = renderMarkdown(
      aRecord({ images: [anImageRecord({ outcomes: [anOutcome({ status: 'failed', findings })] })] }),
    );
    expect(Buffer.byteLength(text)).toBeLessThan(1024 * 1024);
    expect(text).toMatch(/and \d+ more/);
  });

  test('stays under it, too, when every build failed with a long log', () => {
    const log = Array.from({ length: 50 }, () => '<'.repeat(400));
    const images = Array.from({ length: 120 }, (_, number) => ({
      ...broken,
      name: `web-${String(number)}`,
      build: { elapsed: 1, steps: 0, cached: 0, failure: { message: 'exit code: 2', log } },
    }));
    const text = renderMarkdown(aRecord({ images }));
    expect(Buffer.byteLength(text)).toBeLessThan(1024 * 1024);
    expect(text).toMatch(/… and \d+ more, left out here because GitHub takes no longer text/);
    expect(text).toMatch(/the same verdict on a laptop/);
    expect((text.match(/^```/gm)?.length ?? 1) % 2).toBe(0);
  });

  test('says what grew, by how much, and which layers and paths are to blame', () => {
    const text = renderMarkdown(aRichRecord());
    expect(text).toMatch(
      /#### Why bigger\n- \*\*api\*\* .*12\.0 MB .* to the base branch; 120 MB base image, 342 MB its own\n {2}- \*\*340 MB\*\* in layer 2 RUN pip install .*docker\/Dockerfile\.api&#58;12\).*torch 200 MB/,
    );
  });

  test('renders no markup of an image', () => {
    const hostile = anImageRecord({
      name: 'x',
      outcomes: [
        anOutcome({
          status: 'failed',
          findings: [{ message: '</td><script>alert(1)</script> [a](b) @team', remedy: '```' }],
        }),
      ],
    });
    expect(renderMarkdown(aRecord({ images: [hostile] }))).not.toMatch(/<script|\[a\]|@team|```/);
  });
});

describe('renderAnnotations', () => {
  test('puts errors before warnings, on their line', () => {
    expect(renderAnnotations(aRecord({ images: [blocked] }))).toEqual([
      '::error file=docker/Dockerfile,line=12,title=inference%3A size.unpacked::24.1 GB unpacked, 22.0 GB allowed%0ADrop the cudnn wheels.',
      '::warning title=inference%3A health.defined::no HEALTHCHECK%0AAdd one.',
    ]);
  });

  test('beyond what GitHub shows, the last of each level counts the rest', () => {
    const findings = Array.from({ length: 25 }, (_, number) => ({
      message: `finding ${String(number)}`,
      remedy: 'fix',
    }));
    const outcomes = [
      anOutcome({ status: 'failed', findings }),
      anOutcome({
        rule: 'health.stable',
        severity: 'warning',
        status: 'failed',
        findings: findings.slice(0, 11).map((finding) => ({ ...finding })),
      }),
    ];
    const problems = [{ kind: 'environment' as const, message: 'no disk' }];
    const lines = renderAnnotations(aRecord({ images: [anImageRecord({ outcomes })], problems }));
    expect(lines).toHaveLength(20);
    expect(lines[0]).toBe('::error title=slipway::no disk');
    expect(lines[9]).toBe('::error title=slipway::17 more errors, all of them in the summary and the record');
    expect(lines[19]).toBe('::warning title=slipway::2 more warnings, all of them in the summary and the record');
  });

  test('a text that GitHub would refuse is cut', () => {
    const findings = [{ message: '%'.repeat(200_000), remedy: 'r' }];
    const [line = ''] = renderAnnotations(
      aRecord({ images: [anImageRecord({ outcomes: [anOutcome({ status: 'failed', findings })] })] }),
    );
    expect(line).toMatch(/^::error title=[^:]*::(?:%25)+…$/);
  });

  test('a failed build carries its log', () => {
    expect(renderAnnotations(aRecord({ images: [broken] }))).toEqual([
      '::error file=Dockerfile,line=3,title=web%3A build failed::exit code: 2%0ARUN make%0Amake: no rule',
    ]);
  });

  test('a hostile finding is still one command', () => {
    const hostile = anImageRecord({
      outcomes: [
        anOutcome({
          status: 'failed',
          findings: [{ message: 'a\n::set-output name=x::y', remedy: 'r', place: { file: 'a,line=9::', line: 1 } }],
        }),
      ],
    });
    const [line = ''] = renderAnnotations(aRecord({ images: [hostile] }));
    expect(line).not.toContain('\n');
    expect(line).toContain('file=a%2Cline=9%3A%3A,line=1');
  });

  test('a place inside the image is not a file of the repository', () => {
    const inside = anImageRecord({
      outcomes: [
        anOutcome({
          status: 'failed',
          findings: [{ message: 'm', remedy: 'r', place: { file: '/app/x', inImage: true } }],
        }),
      ],
    });
    expect(renderAnnotations(aRecord({ images: [inside] }))[0]).not.toContain('file=');
  });
});

test('json is the record itself', () => {
  const record = aRecord({ images: [anImageRecord({ digests: { manifest: fakeDigest(2), config: fakeDigest(3) } })] });
  expect(JSON.parse(render(record, 'json', PLAIN))).toEqual(JSON.parse(JSON.stringify(record)));
});
