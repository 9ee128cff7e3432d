import type { Finding, Judgement } from '../../../model/verdict.ts';
import { exposedPorts, formatPorts } from '../../exposed-ports.ts';
import { failWithFew } from '../../path-findings.ts';
import { defineRule } from '../../rule.ts';
import { explainEnd } from '../../run-words.ts';
import { noSettings } from '../../settings.ts';

/** Every TCP port open beyond loopback is named by `port`, `ports` or EXPOSE: a debugger or an admin page nobody meant to open is a way in. */
export const portUndeclared = defineRule({
  id: 'port.undeclared',
  title: 'No port is open that nobody declared',
  severity: 'warning',
  keys: [],
  kinds: ['service'],
  needs: ['service', 'image'],
  instruction: 'EXPOSE',
  settings: noSettings,
  check({ service, image: description }, { image }): Judgement {
    const { listening } = service;
    if (listening === undefined) {
      return {
        status: 'undecided',
        reason: explainEnd(service) ?? "the container's sockets cannot be read from this host",
      };
    }
    const exposed = exposedPorts(description.config.exposedPorts);
    const declared = [...(image.port === undefined ? [] : [image.port]), ...image.ports];
    const named = [...exposed, ...declared.map((port) => ({ first: port, last: port }))];
    const open = [...new Set(listening.filter(({ loopbackOnly }) => !loopbackOnly).map(({ port }) => port))];
    const findings = open
      .filter((port) => !named.some(({ first, last }) => first <= port && port <= last))
      .map((port): Finding => ({
        message: `port ${String(port)} is open, and neither \`port\`, \`ports\` nor EXPOSE names it`,
        seen: String(port),
        allowed: formatPorts(named),
        remedy: 'Close the port, bind it to 127.0.0.1, or declare it under `ports`.',
      }));
    return failWithFew(findings, `${String(open.length)} open, all declared`);
  },
});
