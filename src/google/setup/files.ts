import type { Answers } from './answers.ts';
import { CLEANUP_POLICIES, renderGcloud } from './gcloud.ts';
import { conditionOf, mappingOf } from './grants.ts';
import { renderNotes } from './notes.ts';
import type { GoogleSetup } from './setup.ts';
import { renderTerraform } from './terraform.ts';

/** Name of the file that holds the answers. */
export const ANSWERS_FILE = 'setup.json';

/** Every file of a setup, by its name. `folder` is how commands are to name the folder they lie in. */
export function setupFiles(setup: GoogleSetup, answers: Answers, folder: string): Readonly<Record<string, string>> {
  const rules = { attribute_mapping: mappingOf(setup), attribute_condition: conditionOf(setup) };
  const description = {
    attributeMapping: rules.attribute_mapping,
    attributeCondition: rules.attribute_condition,
    oidc: { issuerUri: setup.issuer },
    state: 'ACTIVE',
  };
  return {
    'main.tf': renderTerraform(setup),
    'grants.auto.tfvars.json': json(rules),
    'setup.sh': renderGcloud(setup),
    'staging-cleanup.json': json(CLEANUP_POLICIES),
    'provider.json': json(description),
    'README.md': renderNotes(setup, folder),
    [ANSWERS_FILE]: json(answers),
  };
}

/** Files that people may have changed since: an update leaves them. */
export const KEPT_FILES: readonly string[] = ['main.tf'];

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
