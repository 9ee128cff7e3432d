import { expect, test } from '@jest/globals';
import { adoptStack } from '../../src/stack/adopt.ts';
import { mergedModel } from '../../src/stack/model.ts';

const PLACE = {
  project: 'slipway-x-stack',
  labels: { 'slipway.run': 'x' },
  images: new Map([
    ['api', 'sha256:a'],
    ['db', 'sha256:b'],
  ]),
  hostPorts: ['db'],
  withoutGpu: ['api'],
};

function adopt(services: object, rest: object = {}) {
  const { text, notes } = adoptStack(mergedModel.parse({ name: 'theirs', services, ...rest }), PLACE);
  return { model: JSON.parse(text) as Record<string, unknown>, notes };
}

test('images, names, labels, ports and volumes become ours; the rest stays', () => {
  const { model } = adopt(
    {
      api: {
        build: { context: '.' },
        image: 'theirs/api:latest',
        container_name: 'api',
        ports: [{ target: 80, published: '80' }],
        environment: { A: '1' },
        labels: { own: 'yes' },
        networks: { back: { aliases: ['backend'] } },
        depends_on: { db: { condition: 'service_healthy' } },
        restart: 'unless-stopped',
      },
      db: { image: 'postgres:15', ports: [{ target: 5432, published: '5432' }] },
    },
    {
      networks: { back: { name: 'theirs_back', ipam: { config: [{ subnet: '172.20.0.0/16' }] }, internal: true } },
      volumes: { data: { name: 'theirs_data', external: true }, ram: { driver_opts: { type: 'tmpfs' } } },
    },
  );
  expect(model).toEqual({
    name: 'slipway-x-stack',
    services: {
      api: {
        image: 'sha256:a',
        pull_policy: 'never',
        environment: { A: '1' },
        labels: { own: 'yes', 'slipway.run': 'x' },
        networks: { back: { aliases: ['backend'] } },
        depends_on: { db: { condition: 'service_healthy' } },
        restart: 'unless-stopped',
      },
      db: {
        image: 'sha256:b',
        pull_policy: 'never',
        ports: [{ target: 5432, published: '5432' }],
        labels: { 'slipway.run': 'x' },
      },
    },
    networks: { back: { labels: { 'slipway.run': 'x' }, internal: true } },
    volumes: {
      data: { labels: { 'slipway.run': 'x' } },
      ram: { labels: { 'slipway.run': 'x' }, driver_opts: { type: 'tmpfs' } },
    },
  });
});

test('a range of addresses stays where a service asks for one of them', () => {
  const ipam = { config: [{ subnet: '172.20.0.0/16' }] };
  const { model } = adopt(
    { api: { networks: { back: { ipv4_address: '172.20.0.9' } } } },
    { networks: { back: { ipam } } },
  );
  expect(model).toHaveProperty('networks.back.ipam', ipam);
});

test('a GPU is asked for in three ways, and none is left on a host without one', () => {
  const devices = [
    { driver: 'nvidia', capabilities: ['gpu'] },
    { driver: 'cdi', capabilities: ['tpu'] },
  ];
  const { model, notes } = adopt({
    api: {
      gpus: 'all',
      runtime: 'nvidia',
      deploy: { resources: { limits: { memory: '1' }, reservations: { devices } } },
    },
  });
  expect(model).toHaveProperty('services.api.deploy.resources', {
    limits: { memory: '1' },
    reservations: { devices: [devices[1]] },
  });
  expect(model).not.toHaveProperty('services.api.gpus');
  expect(model).not.toHaveProperty('services.api.runtime');
  expect(notes).toEqual(['api reserves a GPU; this host has none, so it was started without']);
});

test('the host’s network is not shared, and that is said', () => {
  const { model, notes } = adopt({ db: { network_mode: 'host' } });
  expect(model).not.toHaveProperty('services.db.network_mode');
  expect(notes).toContain('db is meant for the host’s own network; it was started in the stack’s');
});
