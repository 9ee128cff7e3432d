import type { Finding } from '../../../model/verdict.ts';
import { defineRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';
import { failWith } from '../../findings.ts';

/** A COPY of something that is not in the context at all. */
export const dockerfileCopyMissing = defineRule({
  id: 'dockerfile.copy-missing',
  title: 'Everything that COPY and ADD name is in the build context',
  severity: 'error',
  always: true,
  keys: [],
  kinds: ['service', 'job'],
  needs: ['dockerfile'],
  settings: noSettings,
  check({ dockerfile }, { image }) {
    return failWith(
      dockerfile.missingSources
        .filter((missing) => missing.ignoredBy === undefined)
        .map(({ source, line }): Finding => ({
          message: `the build copies \`${source}\`, which does not exist in ${nameContext(image.context)}`,
          seen: source,
          place: { file: dockerfile.file, line },
          remedy: 'Create the file, correct its name, or set `context:` to the folder that holds it.',
        })),
    );
  },
});

function nameContext(context: string): string {
  return context === '.' || context === '' ? 'the context (the folder of slipway.yml)' : `the context \`${context}\``;
}
