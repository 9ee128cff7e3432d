import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parseProviderFile } from '../../../src/google/provider-file.ts';
import { toSetup } from '../../../src/google/setup/answers.ts';
import { setupFiles } from '../../../src/google/setup/files.ts';
import { BINDINGS } from '../../../src/google/setup/grants.ts';
import { sampleJobs } from '../../../src/google/setup/samples.ts';
import { identityRefusalOf } from '../../../src/model/identity.ts';
import { ANSWERS } from '../../support/google-setup.ts';
import { identityAt } from '../../support/rig/identity.ts';
import { type Rig, startRig } from '../../support/rig/rig.ts';

const SETUP = toSetup(ANSWERS);
const POOL = 'projects/123456789/locations/global/workloadIdentityPools/github';
const PROVIDER = `${POOL}/providers/slipway`;
const READ = 'artifactregistry.repositories.downloadArtifacts';
const WRITE = 'artifactregistry.repositories.uploadArtifacts';
const DELETE = 'artifactregistry.tags.delete';
/** What each grant has to end up with: release, then staging. */
const RIGHTS: Readonly<Record<string, readonly [readonly string[], readonly string[]]>> = {
  stage: [[READ], [READ, WRITE]],
  gpu: [[], [READ]],
  publish: [[READ, WRITE], [READ]],
  nothing: [[], []],
};

let rig: Rig;
beforeAll(async () => {
  const described = setupFiles(SETUP, ANSWERS, 'infra')['provider.json'] ?? '';
  const { mapping, condition = 'false' } = parseProviderFile(described, 'provider.json');
  const bindings = BINDINGS.map(({ grant, repository, role }) => ({
    resource: SETUP[repository].resource,
    role,
    members: [`principalSet://iam.googleapis.com/${POOL}/attribute.grant/${grant}-${ANSWERS['repository-id']}`],
  }));
  rig = await startRig({ provider: PROVIDER, mapping, condition, bindings }, 'without registry');
});
afterAll(() => rig.stop());

test.each(sampleJobs(SETUP).map((job) => [job.name, job] as const))(
  'the exchange and the bindings of the written setup: %s',
  async (_name, { claims, wanted }) => {
    rig.settings.claims = claims;
    const identity = identityAt(rig);
    const asked = (resource: string) =>
      identity.testPermissions({ provider: PROVIDER }, resource, [READ, WRITE, DELETE]);
    if (wanted === 'refused') {
      const refusal = await asked(SETUP.release.resource).catch(identityRefusalOf);
      expect(refusal).toMatchObject({
        step: 'sts',
        text: expect.stringContaining('rejected by the attribute condition'),
      });
      return;
    }
    const seen = [await asked(SETUP.release.resource), await asked(SETUP.staging.resource)];
    expect(seen).toEqual(RIGHTS[wanted]);
  },
);
