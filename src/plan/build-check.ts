import { join } from 'node:path';
import { z } from 'zod';
import { bakeJson } from '../model/bake-template.ts';
import type { ImageConfig } from '../model/config.ts';
import type { Effects, ProcessOptions, ProcessResult } from '../model/effects.ts';
import { known, skipped, type BuildCheckFinding, type Fact } from '../model/facts.ts';

/** A check asks the registry for the base's config; a slow one must not hold up a plan. */
const DEADLINE = 3000;

const reportSchema = z.object({
  warnings: z
    .array(
      z.object({
        ruleName: z.string(),
        detail: z.string().optional(),
        description: z.string().optional(),
        url: z.string().optional(),
        location: z
          .object({ ranges: z.array(z.object({ start: z.object({ line: z.number() }) })).nullish() })
          .nullish(),
      }),
    )
    .nullish(),
  buildError: z.object({ message: z.string() }).nullish(),
});

/** What `buildx bake --call=check` prints: a report for each target. */
const bakeSchema = z.object({ target: z.record(z.string(), z.object({ check: z.unknown() })) });

type BuildCheck = Fact<readonly BuildCheckFinding[]>;

const CALL = ['--call=check,format=json', '--progress=quiet'];

/**
 * What BuildKit's own checks say of each image's Dockerfile, in the order of the images; skipped with the reason when buildx cannot be asked.
 * All are asked at once, which costs one process; one that cannot be asked spoils the others' answers, so then each is asked by itself.
 */
export async function runBuildChecks(
  effects: Effects,
  images: readonly ImageConfig[],
  directory: string,
): Promise<readonly BuildCheck[]> {
  const together = images.length < 2 ? undefined : await checkTogether(effects, images, directory);
  return together ?? (await Promise.all(images.map((image) => checkAlone(effects, image, directory))));
}

async function checkTogether(
  effects: Effects,
  images: readonly ImageConfig[],
  directory: string,
): Promise<readonly BuildCheck[] | undefined> {
  try {
    const allow = new Set(images.map(({ context }) => `--allow=fs.read=${join(directory, context)}`));
    const result = await runBuildx(effects, ['bake', '--file=-', ...CALL, ...allow], {
      cwd: directory,
      input: defineChecks(images, directory),
    });
    const reports = bakeSchema.safeParse(parseJson(result.stdout)).data?.target ?? {};
    const facts = images.map((_, index) => toFact(reportSchema.safeParse(reports[targetName(index)]?.check).data));
    return facts.every((fact) => fact !== undefined) ? facts : undefined;
  } catch {
    return undefined;
  }
}

function targetName(index: number): string {
  return `image-${String(index)}`;
}

function defineChecks(images: readonly ImageConfig[], directory: string): string {
  const targets = images.map(({ context, dockerfile, target, args }, index) => {
    const paths = { context: join(directory, context), dockerfile: join(directory, dockerfile) };
    return [targetName(index), { ...paths, args, ...(target === undefined ? {} : { target }) }] as const;
  });
  return bakeJson({
    target: Object.fromEntries(targets),
    group: { default: { targets: targets.map(([name]) => name) } },
  });
}

async function checkAlone(effects: Effects, image: ImageConfig, directory: string): Promise<BuildCheck> {
  try {
    const result = await runBuildx(effects, ['build', ...CALL, ...listArguments(image, directory)]);
    if (result.timedOut) return skipped(`buildx did not answer within ${String(DEADLINE / 1000)} s`);
    return parseReport(result.stdout) ?? skipped(`buildx said: ${lastLine(result.stderr)}`);
  } catch (error) {
    return skipped(`buildx could not be asked: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function runBuildx(
  { processes, tools, signal }: Effects,
  argv: readonly string[],
  options: Pick<ProcessOptions, 'cwd' | 'input'> = {},
): Promise<ProcessResult> {
  const buildx = await tools.find('buildx');
  return processes.run(buildx.path, argv, { ...options, deadline: DEADLINE, signal });
}

function listArguments(image: ImageConfig, directory: string): readonly string[] {
  return [
    `--file=${join(directory, image.dockerfile)}`,
    ...(image.target === undefined ? [] : [`--target=${image.target}`]),
    ...Object.entries(image.args).map(([name, value]) => `--build-arg=${name}=${value}`),
    join(directory, image.context),
  ];
}

/** The findings of a report, or undefined when the text is not one. */
export function parseReport(text: string): BuildCheck | undefined {
  return toFact(reportSchema.safeParse(parseJson(text)).data);
}

function toFact(report: z.infer<typeof reportSchema> | undefined): BuildCheck | undefined {
  if (report === undefined) return undefined;
  const findings = (report.warnings ?? []).map((warning): BuildCheckFinding => {
    const line = warning.location?.ranges?.[0]?.start.line;
    return {
      check: warning.ruleName,
      message: warning.detail ?? warning.description ?? warning.ruleName,
      ...(line === undefined || line < 1 ? {} : { line }),
      ...(warning.url === undefined ? {} : { url: warning.url }),
    };
  });
  return known(findings);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? 'nothing';
}
