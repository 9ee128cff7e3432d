import { z } from 'zod';

const texts = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).nullable()).nullish();
const words = z.union([z.array(z.string()), z.string()]).nullish();

const port = z.looseObject({
  target: z.number(),
  published: z.union([z.string(), z.number()]).optional(),
  host_ip: z.string().optional(),
});
const volume = z.looseObject({
  type: z.string(),
  source: z.string().optional(),
  target: z.string().optional(),
});
const deploy = z.looseObject({
  resources: z
    .looseObject({
      limits: z.looseObject({ memory: z.union([z.string(), z.number()]).optional() }).nullish(),
      reservations: z
        .looseObject({
          devices: z
            .array(z.looseObject({ driver: z.string().optional(), capabilities: z.array(z.string()).nullish() }))
            .nullish(),
        })
        .nullish(),
    })
    .nullish(),
  restart_policy: z.looseObject({ condition: z.string().optional() }).nullish(),
});

const service = z.looseObject({
  image: z.string().optional(),
  build: z
    .looseObject({
      context: z.string().optional(),
      dockerfile: z.string().optional(),
      dockerfile_inline: z.string().optional(),
      target: z.string().optional(),
      args: texts,
    })
    .nullish(),
  environment: texts,
  labels: texts,
  command: words,
  entrypoint: words,
  depends_on: z.record(z.string(), z.looseObject({ condition: z.string().optional() })).nullish(),
  healthcheck: z.looseObject({ test: words, disable: z.boolean().optional() }).nullish(),
  ports: z.array(port).nullish(),
  volumes: z.array(volume).nullish(),
  privileged: z.boolean().optional(),
  cap_add: z.array(z.string()).nullish(),
  security_opt: z.array(z.string()).nullish(),
  mem_limit: z.union([z.string(), z.number()]).optional(),
  restart: z.string().optional(),
  deploy: deploy.nullish(),
  gpus: z.unknown().optional(),
  runtime: z.string().optional(),
});

/** What `docker compose config --format json` prints, as far as rules ask. */
export const composeModel = z.looseObject({ services: z.record(z.string(), service).nullish() });

export type ServiceModel = z.output<typeof service>;
