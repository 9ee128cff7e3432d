import { failWith } from '../../findings.ts';
import { defineRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';

/** A name that the package index does not have fails the build, or installs what somebody else registers under it tomorrow. */
export const requirementsKnownNames = defineRule({
  id: 'requirements.known-names',
  title: 'The package index has every requirement that the build names',
  severity: 'off',
  keys: [],
  kinds: ['service', 'job'],
  needs: ['package-index'],
  settings: noSettings,
  check({ 'package-index': { index, asked, unknown } }) {
    if (unknown.length === 0) return { status: 'passed', seen: `${String(asked)} names` };
    return failWith(
      unknown.map(({ name, text, place }) => ({
        message: `${index} has no package \`${name}\`: the build cannot install \`${text}\`, and whoever registers the name decides what it is`,
        seen: name,
        allowed: 'a package of the index',
        place,
        remedy: 'Correct the name, or name the index that has it.',
      })),
    );
  },
});
