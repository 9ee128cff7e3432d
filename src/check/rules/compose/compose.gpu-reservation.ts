import { failWith } from '../../findings.ts';
import { defineStackRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';

/** A reserved GPU device is a condition of starting: without the driver the whole `compose up` fails. */
export const composeGpuReservation = defineStackRule({
  id: 'compose.gpu-reservation',
  title: 'The stack also starts on a host without a GPU',
  severity: 'warning',
  settings: noSettings,
  check({ services }) {
    const findings = services.flatMap(({ name, gpu }) =>
      gpu === undefined
        ? []
        : [
            {
              message: `${name} reserves a GPU: on a host without one \`compose up\` ends with "could not select device driver", and nothing of the stack runs`,
              seen: 'a GPU device',
              place: gpu,
              remedy: 'Move the reservation into a file or profile of its own that only hosts with a GPU use.',
            },
          ],
    );
    return failWith(findings);
  },
});
