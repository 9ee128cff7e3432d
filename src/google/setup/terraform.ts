import { BINDINGS, type GrantBinding } from './grants.ts';
import type { GoogleSetup } from './setup.ts';

const POOL_NAME = 'google_iam_workload_identity_pool.github.name';

/** The Terraform that makes everything; mapping and condition come as variables, so that trusting a further commit changes no code. */
export function renderTerraform(setup: GoogleSetup): string {
  const blocks = [
    HEAD,
    providers(setup),
    services(setup),
    releaseRepository(setup),
    stagingRepository(setup),
    pool(setup),
    provider(setup),
    ...(setup.serviceAccount === undefined
      ? BINDINGS.map((binding) => bindGrant(setup, binding))
      : [
          ...BINDINGS.filter(({ grant }) => grant !== 'publish').map((binding) => bindGrant(setup, binding)),
          account(setup),
        ]),
    OUTPUTS,
  ];
  return `${blocks.join('\n\n')}\n`;
}

const HEAD = `terraform {
  required_version = ">= 1.5"
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = ">= 5.14"
    }
  }
}

# Both are written by \`slipway init google\` into grants.auto.tfvars.json, and anew by \`slipway init google --update\`.
variable "attribute_mapping" {
  type = map(string)
}

variable "attribute_condition" {
  type = string
}`;

function providers({ release }: GoogleSetup): string {
  return `provider "google" {
  project = "${release.project}"
}`;
}

function services({ serviceAccount }: GoogleSetup): string {
  const names = ['artifactregistry', 'iam', 'sts', ...(serviceAccount === undefined ? [] : ['iamcredentials'])];
  const list = names.map((name) => `    "${name}.googleapis.com",`).join('\n');
  return `resource "google_project_service" "needed" {
  for_each = toset([
${list}
  ])
  service            = each.value
  disable_on_destroy = false
}`;
}

function releaseRepository({ release, immutable }: GoogleSetup): string {
  const tags = immutable
    ? 'Tags are immutable: none can ever be moved.'
    : 'Tags may move: latest, 1 and 1.2 follow releases, and only forward.';
  return `# ${tags} Nothing cleans up here.
resource "google_artifact_registry_repository" "release" {
  location      = "${release.location}"
  repository_id = "${release.repository}"
  format        = "DOCKER"
  docker_config {
    immutable_tags = ${String(immutable)}
  }
  depends_on = [google_project_service.needed]
}`;
}

function stagingRepository({ staging }: GoogleSetup): string {
  return `# Candidates wait here for their verdict.
resource "google_artifact_registry_repository" "staging" {
  location               = "${staging.location}"
  repository_id          = "${staging.repository}"
  format                 = "DOCKER"
  cleanup_policy_dry_run = false
  cleanup_policies {
    id     = "delete-after-14-days"
    action = "DELETE"
    condition {
      tag_state  = "ANY"
      older_than = "1209600s"
    }
  }
  cleanup_policies {
    id     = "keep-buildcache"
    action = "KEEP"
    condition {
      tag_state    = "TAGGED"
      tag_prefixes = ["buildcache"]
    }
  }
  depends_on = [google_project_service.needed]
}`;
}

function pool({ pool: id }: GoogleSetup): string {
  return `resource "google_iam_workload_identity_pool" "github" {
  workload_identity_pool_id = "${id}"
  display_name              = "GitHub Actions"
  depends_on                = [google_project_service.needed]
}`;
}

function provider({ provider: id, repository, issuer }: GoogleSetup): string {
  return `# For ${repository} alone: its numeric ids are in the condition.
resource "google_iam_workload_identity_pool_provider" "slipway" {
  workload_identity_pool_id          = google_iam_workload_identity_pool.github.workload_identity_pool_id
  workload_identity_pool_provider_id = "${id}"
  attribute_mapping                  = var.attribute_mapping
  attribute_condition                = var.attribute_condition
  oidc {
    issuer_uri = "${issuer}"
  }
}`;
}

function bindGrant({ repositoryId }: GoogleSetup, { grant, repository, role }: GrantBinding): string {
  const member = `principalSet://iam.googleapis.com/\${${POOL_NAME}}/attribute.grant/${grant}-${repositoryId}`;
  return bind(`${grant}_${repository}`, repository, role, `"${member}"`);
}

function bind(name: string, repository: GrantBinding['repository'], role: string, member: string): string {
  const target = `google_artifact_registry_repository.${repository}`;
  return `resource "google_artifact_registry_repository_iam_member" "${name}" {
  location   = ${target}.location
  repository = ${target}.name
  role       = "${role}"
  member     = ${member}
}`;
}

/** The account stands between the publishing jobs and the repositories; the other jobs have no use for it. */
function account({ serviceAccount, repositoryId }: GoogleSetup): string {
  const member = `principalSet://iam.googleapis.com/\${${POOL_NAME}}/attribute.grant/publish-${repositoryId}`;
  const bindings = BINDINGS.filter(({ grant }) => grant === 'publish').map(({ repository, role }) =>
    bind(`account_${repository}`, repository, role, 'google_service_account.images.member'),
  );
  return [
    `resource "google_service_account" "images" {
  account_id   = "${serviceAccount ?? ''}"
  display_name = "Publishes images"
}`,
    `resource "google_service_account_iam_member" "publish" {
  service_account_id = google_service_account.images.name
  role               = "roles/iam.workloadIdentityUser"
  member             = "${member}"
}`,
    ...bindings,
  ].join('\n\n');
}

const OUTPUTS = `# For google: in slipway.yml; it is no secret.
output "workload_identity_provider" {
  value = google_iam_workload_identity_pool_provider.slipway.name
}`;
