import { z } from 'zod';

const amount = z.union([z.string(), z.number()]).optional();
const device = z.looseObject({ driver: z.string().optional(), capabilities: z.array(z.string()).nullish() });
const deploy = z.looseObject({
  resources: z
    .looseObject({
      limits: z.looseObject({ memory: amount, cpus: amount }).nullish(),
      reservations: z.looseObject({ devices: z.array(device).nullish() }).nullish(),
    })
    .nullish(),
});
const endpoint = z.looseObject({ ipv4_address: z.string().optional(), ipv6_address: z.string().optional() });
const service = z.looseObject({
  image: z.string().optional(),
  environment: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).nullable()).nullish(),
  labels: z.record(z.string(), z.string()).nullish(),
  networks: z.record(z.string(), endpoint.nullish()).nullish(),
  network_mode: z.string().optional(),
  deploy: deploy.nullish(),
  mem_limit: amount,
  cpus: amount,
  restart: z.string().optional(),
  runtime: z.string().optional(),
  stop_grace_period: z.string().optional(),
});
const network = z.looseObject({ internal: z.boolean().optional(), ipam: z.unknown().optional() });
const volume = z.looseObject({ driver_opts: z.record(z.string(), z.string()).nullish() });

/** What compose prints of a stack, as far as it is changed or asked for here. */
export const mergedModel = z.looseObject({
  services: z.record(z.string(), service),
  networks: z.record(z.string(), network.nullish()).nullish(),
  volumes: z.record(z.string(), volume.nullish()).nullish(),
});

export type MergedModel = z.output<typeof mergedModel>;
export type MergedService = z.output<typeof service>;
