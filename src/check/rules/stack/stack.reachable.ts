import { failWith } from '../../findings.ts';
import { defineRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';

/** Only services of `stack.host-ports` are reached through ports of the host. */
export const stackReachable = defineRule({
  id: 'stack.reachable',
  title: 'Only the declared services of the stack can be reached from the host’s ports',
  severity: 'error',
  keys: ['stack.files', 'stack.host-ports'],
  kinds: ['stack'],
  needs: ['stack'],
  settings: noSettings,
  check({ stack: { services, hostPorts } }) {
    const wrong = services.flatMap(({ name, published, place, state }) => {
      if (!hostPorts.includes(name))
        return published.map((address) => ({
          message: `${name} can be reached on ${address}, and stack.host-ports does not name it`,
          place,
          remedy: 'Name the service under stack.host-ports where that is meant.',
        }));
      return published.length > 0 || state === 'waiting'
        ? []
        : [
            {
              message: `stack.host-ports names ${name}, which publishes nothing`,
              place,
              remedy: 'Give it `ports:`, or take it out of stack.host-ports.',
            },
          ];
    });
    const unknown = hostPorts.filter((name) => !services.some((service) => service.name === name));
    const open = services.flatMap(({ name, published }) => published.map((address) => `${name} on ${address}`));
    return failWith(
      [
        ...wrong,
        ...unknown.map((name) => ({
          message: `stack.host-ports names ${name}, and the stack has no such service`,
          remedy: `The stack has ${services.map((service) => service.name).join(', ')}.`,
        })),
      ],
      open.length === 0 ? 'no port of the host is taken' : open.join(', '),
    );
  },
});
