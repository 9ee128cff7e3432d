import type { ArtifactRepository } from '../artifact-registry.ts';

/** The workflow file that may push: ours, called by the user's at one of the listed commits, or one of the user's own. */
export type Pusher =
  | { readonly type: 'called'; readonly workflow: string; readonly commits: readonly string[] }
  | { readonly type: 'own'; readonly workflow: string };

/** Everything that Google has to be told so that one repository of GitHub's may publish without a stored key. */
export interface GoogleSetup {
  /** `OWNER/NAME`, for people; what decides are the ids. */
  readonly repository: string;
  readonly repositoryId: string;
  readonly ownerId: string;
  readonly defaultBranch: string;
  readonly pusher: Pusher;
  /** Who signs the tokens of jobs: GitHub's own, or that of an enterprise. */
  readonly issuer: string;
  readonly release: ArtifactRepository;
  readonly staging: ArtifactRepository;
  readonly pool: string;
  readonly provider: string;
  /** Account id, the part before the @. */
  readonly serviceAccount?: string;
  /** No tag of the release repository can ever be moved. */
  readonly immutable: boolean;
}

/** Commits that are trusted, none for a workflow of the user's own: its branch is what is trusted there. */
export function commitsOf({ pusher }: GoogleSetup): readonly string[] {
  return pusher.type === 'called' ? pusher.commits : [];
}

/** Address of the service account. */
export function accountAddress({ serviceAccount, release }: GoogleSetup): string | undefined {
  return serviceAccount === undefined ? undefined : `${serviceAccount}@${release.project}.iam.gserviceaccount.com`;
}

/** `HOST/PROJECT/REPOSITORY` */
export function addressOf({ host, project, repository }: ArtifactRepository): string {
  return `${host}/${project.replace(':', '/')}/${repository}`;
}
