import { defineRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';
import { failWith } from '../../findings.ts';

/** Platforms this engine can only build and run by emulation. */
export const platformEmulated = defineRule({
  id: 'platform.emulated',
  title: 'No platform has to be emulated',
  severity: 'warning',
  keys: [],
  kinds: ['service', 'job'],
  needs: ['feasibility'],
  settings: noSettings,
  check({ feasibility }, { image }) {
    const place = image.places['platforms'];
    return failWith(
      feasibility.emulated.map((platform) => ({
        message: `${platform} is not this engine's platform: its build is emulated and several times slower`,
        seen: platform,
        ...(place === undefined ? {} : { place }),
        remedy: `Build ${platform} on a machine of that platform, or leave it out of \`platforms\`.`,
      })),
    );
  },
});
