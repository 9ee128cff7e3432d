import { failWith } from '../../findings.ts';
import { defineStackRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';

/** `latest`, or no tag at all: the stack of today is not the stack of tomorrow. */
export const composeLatest = defineStackRule({
  id: 'compose.latest',
  title: 'Every pulled image names its version',
  severity: 'warning',
  settings: noSettings,
  check({ services }) {
    const findings = services.flatMap(({ name, image, build }) => {
      if (image === undefined || build !== undefined || isVersioned(image.value)) return [];
      return [
        {
          message: `${name} uses ${image.value}: what that is depends on the day`,
          seen: image.value,
          place: image.place,
          remedy: 'Name a version, best with its digest (`image:1.2@sha256:…`).',
        },
      ];
    });
    return failWith(findings);
  },
});

function isVersioned(reference: string): boolean {
  if (reference.includes('@')) return true;
  const tag = /:([^:/]+)$/.exec(reference)?.[1];
  return tag !== undefined && tag !== 'latest';
}
