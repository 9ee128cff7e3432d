import { failWith } from '../../findings.ts';
import { defineStackRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';

const MEANING: Readonly<Record<string, string>> = {
  network_mode: 'every port it opens is open on the host, and it reaches what listens on loopback there',
  pid: "it sees and may signal the host's processes",
  ipc: "it shares the host's shared memory",
  uts: "it may change the host's name",
  userns_mode: 'root in it is root on the host also where the engine remaps users',
  cgroup: "it sees the host's control groups",
};

/** Namespaces are what keeps a container apart from the host. */
export const composeHostNs = defineStackRule({
  id: 'compose.host-ns',
  title: 'No service shares a namespace with the host',
  severity: 'error',
  settings: noSettings,
  check({ services }) {
    const findings = services.flatMap(({ name, hostNamespaces }) =>
      hostNamespaces.map(({ value, place }) => ({
        message: `${name} has \`${value}: host\`: ${MEANING[value] ?? 'it is not kept apart from the host'}`,
        seen: `${value}: host`,
        place,
        remedy: 'Take it out; publish the ports it needs and connect services by a network of the stack.',
      })),
    );
    return failWith(findings);
  },
});
