import { formatPlace } from '../../../model/place.ts';
import type { Finding } from '../../../model/verdict.ts';
import { defineRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';
import { failWith } from '../../findings.ts';

/** A COPY whose file the ignore file takes away: the build ends with "not found" although the file is there. */
export const dockerfileCopyIgnored = defineRule({
  id: 'dockerfile.copy-ignored',
  title: 'Nothing that COPY or ADD needs is removed by the ignore file',
  severity: 'error',
  always: true,
  keys: [],
  kinds: ['service', 'job'],
  needs: ['dockerfile'],
  settings: noSettings,
  check({ dockerfile }) {
    return failWith(
      dockerfile.missingSources.flatMap(({ source, line, ignoredBy }): Finding[] => {
        if (ignoredBy === undefined) return [];
        const { pattern, place } = ignoredBy;
        return [
          {
            message: `the build copies \`${source}\`, which \`${pattern}\` in ${formatPlace(place)} keeps out of the context`,
            seen: source,
            place: { file: dockerfile.file, line },
            remedy: `Drop that line of ${place.file}, or add \`!${source}\` below it.`,
          },
        ];
      }),
    );
  },
});
