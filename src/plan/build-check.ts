import { join } from 'node:path';
import { z } from 'zod';
import type { ImageConfig } from '../model/config.ts';
import type { Effects } from '../model/effects.ts';
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

/** What `buildx build --call=check` says of an image's Dockerfile; skipped with the reason when buildx cannot be asked. */
export async function runBuildCheck(
  effects: Effects,
  image: ImageConfig,
  directory: string,
): Promise<Fact<readonly BuildCheckFinding[]>> {
  try {
    const buildx = await effects.tools.find('buildx');
    const result = await effects.processes.run(buildx.path, listArguments(image, directory), {
      deadline: DEADLINE,
      signal: effects.signal,
    });
    if (result.timedOut) return skipped(`buildx did not answer within ${String(DEADLINE / 1000)} s`);
    return parseReport(result.stdout) ?? skipped(`buildx said: ${lastLine(result.stderr)}`);
  } catch (error) {
    return skipped(`buildx could not be asked: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function listArguments(image: ImageConfig, directory: string): readonly string[] {
  return [
    'build',
    '--call=check,format=json',
    '--progress=quiet',
    `--file=${join(directory, image.dockerfile)}`,
    ...(image.target === undefined ? [] : [`--target=${image.target}`]),
    ...Object.entries(image.args).map(([name, value]) => `--build-arg=${name}=${value}`),
    join(directory, image.context),
  ];
}

/** The findings of a report, or undefined when the text is not one. */
export function parseReport(text: string): Fact<readonly BuildCheckFinding[]> | undefined {
  const report = readReport(text);
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

function readReport(text: string): z.infer<typeof reportSchema> | undefined {
  try {
    return reportSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? 'nothing';
}
