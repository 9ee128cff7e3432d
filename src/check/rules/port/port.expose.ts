import type { Finding } from '../../../model/verdict.ts';
import { exposedPorts, formatPorts } from '../../exposed-ports.ts';
import { failWithFew } from '../../path-findings.ts';
import { defineRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';

/** EXPOSE names every port the config declares: it is where people and platforms look, and `EXPOSE $PORT` with nothing in it names none. */
export const portExpose = defineRule({
  id: 'port.expose',
  title: 'EXPOSE names the ports that are declared',
  severity: 'warning',
  keys: [],
  kinds: ['service'],
  needs: ['image'],
  instruction: 'EXPOSE',
  settings: noSettings,
  check({ image: description }, { image }) {
    const declared = [...new Set([...(image.port === undefined ? [] : [image.port]), ...image.ports])];
    if (declared.length === 0) return { status: 'skipped', reason: 'neither `port` nor `ports` is declared' };
    const exposed = exposedPorts(description.config.exposedPorts);
    const findings = declared
      .filter((port) => !exposed.some((range) => range.first <= port && port <= range.last))
      .map((port): Finding => ({
        message: `port ${String(port)} is declared, and the image exposes ${formatPorts(exposed)}`,
        seen: formatPorts(exposed),
        allowed: String(port),
        remedy: `Write EXPOSE ${String(port)} into the last stage.`,
      }));
    return failWithFew(findings, formatPorts(exposed));
  },
});
