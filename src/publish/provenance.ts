import { type Artifact, SLSA_PROVENANCE } from '../model/artifact.ts';
import type { ImageRecord, RunRecord } from '../model/record.ts';
import { REPOSITORY } from '../model/version.ts';
import { makeStatement, type StatementContext } from './statement.ts';

/** Where and by whom an image was built, as far as the run knows. */
export interface BuildOrigin {
  /** Who is trusted to have filled this in. */
  readonly builder: string;
  /** `https://github.com/OWNER/NAME` */
  readonly repository?: string;
  readonly ref?: string;
  /** Address of the run. */
  readonly invocation?: string;
  /** Ids and names that the issuer of the job's token vouches for, or that the runner says. */
  readonly job: Readonly<Record<string, string>>;
}

/** How an image came to be (SLSA provenance v1): what the user chose, which commit, by whom and when. */
export function makeProvenance(
  context: StatementContext,
  record: RunRecord,
  image: ImageRecord,
  origin: BuildOrigin,
): Artifact {
  const { run, source, config, tool } = record;
  return makeStatement(context, SLSA_PROVENANCE, {
    buildDefinition: {
      buildType: `https://github.com/${REPOSITORY}/build-types/image/v1`,
      externalParameters: {
        config: config.file,
        image: image.name,
        dockerfile: image.dockerfile,
        source: sourceUri(origin),
        ref: origin.ref ?? source.branch,
      },
      internalParameters: { event: source.event, dirty: source.dirty, ...origin.job },
      resolvedDependencies: source.commit === undefined ? [] : [describeSource(source.commit, origin)],
    },
    runDetails: {
      builder: { id: origin.builder, version: { [tool.name]: tool.version } },
      metadata: { invocationId: origin.invocation ?? run.id, startedOn: run.startedAt, finishedOn: run.finishedAt },
    },
  });
}

function describeSource(commit: string, origin: BuildOrigin): object {
  const uri = sourceUri(origin);
  return { ...(uri === undefined ? { name: 'source' } : { uri }), digest: { gitCommit: commit } };
}

function sourceUri({ repository, ref }: BuildOrigin): string | undefined {
  return repository === undefined ? undefined : `git+${repository}${ref === undefined ? '' : `@${ref}`}`;
}
