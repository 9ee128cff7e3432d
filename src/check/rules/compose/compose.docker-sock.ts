import { failWith } from '../../findings.ts';
import { defineStackRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';

const SOCKETS = /(?:^|\/)(?:docker|containerd\/containerd|podman\/podman)\.sock$/;

/** Who can write to the engine's socket can start a container with the host's root file system in it. */
export const composeDockerSock = defineStackRule({
  id: 'compose.docker-sock',
  title: "No service holds the engine's socket",
  severity: 'error',
  settings: noSettings,
  check({ services }) {
    const findings = services.flatMap(({ name, volumes }) =>
      volumes
        .filter(({ source = '', target }) => SOCKETS.test(source) || SOCKETS.test(target))
        .map(({ written, place }) => ({
          message: `${name} mounts the engine's socket (${written}): it can start anything as root on the host, also with \`:ro\``,
          seen: written,
          place,
          remedy: 'Put a proxy in between that lets through only the calls it needs, or run it outside the stack.',
        })),
    );
    return failWith(findings);
  },
});
