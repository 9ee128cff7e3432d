import { defineRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';

/** ENTRYPOINT or CMD names a program: without one an engine refuses to create the container ("no command specified"). */
export const cmdPresent = defineRule({
  id: 'cmd.present',
  title: 'The image says what it runs',
  severity: 'error',
  always: true,
  keys: [],
  kinds: ['service', 'job'],
  needs: ['image'],
  instruction: 'CMD',
  settings: noSettings,
  check({ image }) {
    const argv = [...image.config.entrypoint, ...image.config.command];
    const program = argv[0];
    if (program !== undefined && program !== '') return { status: 'passed', seen: JSON.stringify(argv) };
    const message =
      program === undefined ? 'neither ENTRYPOINT nor CMD is set' : 'the program named by ENTRYPOINT and CMD is empty';
    const remedy = 'End the last stage with CMD ["program", "argument"].';
    return { status: 'failed', findings: [{ message, allowed: 'a program to run', remedy }] };
  },
});
