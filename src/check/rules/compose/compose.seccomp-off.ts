import { failWith } from '../../findings.ts';
import { defineStackRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';

const OFF = /^(?:seccomp|apparmor|systempaths)[:=]unconfined$|^label[:=]disable$/i;

/** The default profiles close the system calls that escapes begin with. */
export const composeSeccompOff = defineStackRule({
  id: 'compose.seccomp-off',
  title: 'No service runs without its security profile',
  severity: 'error',
  settings: noSettings,
  check({ services }) {
    const findings = services.flatMap(({ name, securityOptions }) =>
      securityOptions
        .filter(({ value }) => OFF.test(value))
        .map(({ value, place }) => ({
          message: `${name} runs without a security profile of the engine (${value})`,
          seen: value,
          place,
          remedy: 'Take it out, or name a profile that allows what is missing (`seccomp:profile.json`).',
        })),
    );
    return failWith(findings);
  },
});
