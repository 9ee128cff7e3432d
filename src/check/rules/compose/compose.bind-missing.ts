import { failWith } from '../../findings.ts';
import { defineStackRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';

/** The engine makes an empty folder, owned by root, where the source of a bind mount is missing. */
export const composeBindMissing = defineStackRule({
  id: 'compose.bind-missing',
  title: 'What the stack mounts from the repository is in the repository',
  severity: 'warning',
  settings: noSettings,
  check({ services }) {
    const findings = services.flatMap(({ name, volumes }) =>
      volumes
        .filter(({ host }) => host === 'missing' || host === 'outside')
        .map(({ host, written, place }) => ({
          message:
            host === 'outside'
              ? `${name} mounts ${written}, which lies outside the repository: a checkout elsewhere does not have it`
              : `${name} mounts ${written}, which does not exist: the engine makes an empty folder of root there`,
          seen: written,
          place,
          remedy: 'Keep the files in the repository, or use a named volume for what is made at run time.',
        })),
    );
    return failWith(findings);
  },
});
