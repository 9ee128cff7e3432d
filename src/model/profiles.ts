import type { ProfileName } from './config.ts';
import type { Profile, ProfileRule } from './profile.ts';

const RUN_CONTRACT = 'https://cloud.google.com/run/docs/container-contract';
const RUN_PROBES = 'https://cloud.google.com/run/docs/configuring/healthchecks';
const BATCH_EXIT = 'https://cloud.google.com/batch/docs/troubleshooting';
const BATCH_TIME = 'https://cloud.google.com/batch/docs/set-timeouts';
const POD_SECURITY = 'https://kubernetes.io/docs/concepts/security/pod-security-standards/';
const SCC =
  'https://docs.openshift.com/container-platform/4.11/authentication/managing-security-context-constraints.html';
const POD_CONTEXT = 'https://kubernetes.io/docs/tasks/configure-pod-container/security-context/';
const POD_LIFE = 'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/';
const POD_PROBES =
  'https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/';
const POD_NO_DOCKER_HEALTH = 'https://github.com/kubernetes/kubernetes/pull/50796';
const OPENSHIFT_IMAGES = 'https://docs.openshift.com/container-platform/4.11/openshift_images/create-images.html';

const CLOUD_RUN: Profile = {
  name: 'cloud-run',
  title: 'Google Cloud Run services and jobs',
  defaults: { port: 8080, platforms: ['linux/amd64'], startedWithin: 240_000, stopsWithin: 10_000 },
  defaultRows: [
    {
      key: 'port',
      value: '8080',
      why: 'Requests go to $PORT, 8080 unless the service says otherwise.',
      source: RUN_CONTRACT,
    },
    {
      key: 'platforms',
      value: 'linux/amd64',
      why: 'Programs must be for 64-bit x86; an index must hold linux/amd64.',
      source: RUN_CONTRACT,
    },
    {
      key: 'started-within',
      value: '240s',
      why: 'The startup probe that is there by default waits 240 s for the port.',
      source: RUN_PROBES,
    },
    { key: 'stops-within', value: '10s', why: 'SIGKILL follows 10 s after SIGTERM.', source: RUN_CONTRACT },
  ],
  rules: [
    {
      rule: 'port.listening',
      level: 'error',
      why: 'The ingress container must listen on 0.0.0.0:$PORT; a port on loopback is never reached.',
      source: RUN_CONTRACT,
    },
    {
      rule: 'startup.time',
      level: 'error',
      why: 'A start that takes longer than the startup probe waits is a failed deployment.',
      source: RUN_PROBES,
    },
    {
      rule: 'stop.graceful',
      level: 'error',
      why: 'An instance has 10 s after SIGTERM, then its requests are cut off.',
      source: RUN_CONTRACT,
    },
    {
      rule: 'health.defined',
      level: 'off',
      why: 'HEALTHCHECK is not executed: Cloud Run has startup and liveness probes of its own.',
      source: RUN_PROBES,
    },
    {
      rule: 'http.probe',
      level: 'warning',
      settings: { required: true },
      why: 'With HEALTHCHECK out of the game only a request from outside says that it works.',
      source: RUN_PROBES,
    },
    {
      rule: 'job.exit',
      level: 'error',
      why: 'A job must end with 0 when it succeeded and with anything else when it did not.',
      source: RUN_CONTRACT,
    },
  ],
  notes: [
    'The file system is writable but lives in memory: what is written counts against the memory limit.',
    'The memory limit is 512 MiB unless the service says otherwise: write `memory:` to be held to yours.',
    'Root is allowed by the platform; Slipway still wants it waived.',
  ],
};

const GCP_BATCH: Profile = {
  name: 'gcp-batch',
  title: 'Google Cloud Batch',
  defaults: { kind: 'job' },
  defaultRows: [
    { key: 'kind', value: 'job', why: 'A task runs to its end; nothing asks it for health.', source: BATCH_TIME },
  ],
  rules: [
    {
      rule: 'job.exit',
      level: 'error',
      why: 'A task succeeds when its runnables end with 0; any other exit code fails or retries it.',
      source: BATCH_EXIT,
    },
  ],
  notes: [
    'There is no time limit for a task unless the job sets one: `within:` of a run is your own bound.',
    'HEALTHCHECK is not executed.',
  ],
};

/** How long a pod may take to stop, on every platform that runs pods. */
const POD_GRACE: Pick<Profile, 'defaults' | 'defaultRows'> = {
  defaults: { stopsWithin: 30_000 },
  defaultRows: [
    {
      key: 'stops-within',
      value: '30s',
      why: 'terminationGracePeriodSeconds is 30 unless the pod says otherwise.',
      source: POD_LIFE,
    },
  ],
};

const RESTRICTED: readonly ProfileRule[] = [
  {
    rule: 'health.defined',
    level: 'off',
    why: 'HEALTHCHECK is switched off: probes stand in the pod.',
    source: POD_NO_DOCKER_HEALTH,
  },
  {
    rule: 'http.probe',
    level: 'warning',
    settings: { required: true },
    why: 'The pod’s probes ask from outside; so does this rule.',
    source: POD_PROBES,
  },
  {
    rule: 'port.listening',
    level: 'error',
    why: 'Probes and services connect to the pod’s address: a port on loopback is never reached.',
    source: POD_PROBES,
  },
  {
    rule: 'stop.graceful',
    level: 'error',
    why: 'SIGKILL follows when the grace period of the pod is over.',
    source: POD_LIFE,
  },
];

const KUBERNETES: Profile = {
  name: 'kubernetes',
  title: 'Kubernetes with the restricted Pod Security Standard',
  ...POD_GRACE,
  rules: [
    {
      rule: 'user.numeric',
      level: 'error',
      why: 'Under runAsNonRoot a kubelet refuses an image whose USER is a name.',
      source: POD_CONTEXT,
    },
    {
      rule: 'run.cap-drop-all',
      level: 'error',
      why: 'The restricted standard refuses a pod that does not drop all capabilities.',
      source: POD_SECURITY,
    },
    {
      rule: 'run.no-new-privileges',
      level: 'error',
      why: 'The restricted standard wants allowPrivilegeEscalation: false.',
      source: POD_SECURITY,
    },
    ...RESTRICTED,
  ],
  notes: ['A read-only root file system is not part of the standard: run.read-only stays a warning.'],
};

const OPENSHIFT: Profile = {
  name: 'openshift',
  title: 'OpenShift with the restricted-v2 security context constraint',
  ...POD_GRACE,
  rules: [
    {
      rule: 'user.groups',
      settings: { allow: [0] },
      why: 'The uid that OpenShift gives is in the root group, and images are to give that group access.',
      source: OPENSHIFT_IMAGES,
    },
    {
      rule: 'user.arbitrary-uid',
      level: 'error',
      why: 'Every container gets a uid of its project’s range, whatever USER says.',
      source: OPENSHIFT_IMAGES,
    },
    { rule: 'run.cap-drop-all', level: 'error', why: 'restricted-v2 drops all capabilities.', source: SCC },
    {
      rule: 'run.no-new-privileges',
      level: 'error',
      why: 'restricted-v2 sets allowPrivilegeEscalation to false.',
      source: SCC,
    },
    ...RESTRICTED,
  ],
  notes: ['USER of the image is overridden by a uid of the project’s range: user.numeric stays a warning.'],
};

/** Every profile, in the order pages show them. */
export const PROFILES: readonly Profile[] = [CLOUD_RUN, GCP_BATCH, KUBERNETES, OPENSHIFT];

/** The profile of that name; undefined for an image without one. */
export function findProfile(name: ProfileName | undefined): Profile | undefined {
  return PROFILES.find((profile) => profile.name === name);
}

/** What the image's profile makes of a rule. */
export function profileRule(name: ProfileName | undefined, rule: string): ProfileRule | undefined {
  return findProfile(name)?.rules.find((entry) => entry.rule === rule);
}
