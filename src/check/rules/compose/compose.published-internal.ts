import { z } from 'zod';
import type { ComposePort, ComposeService } from '../../../model/compose-facts.ts';
import { failWith } from '../../findings.ts';
import { defineStackRule } from '../../rule.ts';

const settings = z.strictObject({
  allow: z.array(z.string()).default([]).describe('Services that are meant to be reached from outside.'),
});

/** Ports of services that trust whoever reaches them. */
const PORTS: Readonly<Record<number, string>> = {
  1433: 'SQL Server',
  2379: 'etcd',
  3306: 'MySQL',
  5432: 'PostgreSQL',
  5672: 'RabbitMQ',
  6333: 'Qdrant',
  6379: 'Redis',
  8086: 'InfluxDB',
  9042: 'Cassandra',
  9092: 'Kafka',
  9200: 'Elasticsearch',
  11211: 'memcached',
  11434: 'Ollama',
  19530: 'Milvus',
  27017: 'MongoDB',
};
/** Images whose every port is one, under whatever number. */
const IMAGES =
  /(?:^|\/)(?:postgres|pgvector|postgis|mysql|mariadb|mongo|redis|valkey|memcached|elasticsearch|opensearch|rabbitmq|chroma|ollama|qdrant|weaviate|milvus|neo4j|cassandra|clickhouse-server|influxdb|etcd)(?::|@|$)/;
const LOOPBACK = /^(?:127\.|::1$|\[::1\]$|localhost$)/;

/** A database that is published for the sake of one look is open to the network the host is in. */
export const composePublishedInternal = defineStackRule({
  id: 'compose.published-internal',
  title: 'Databases and other internal services are not published',
  severity: 'warning',
  settings,
  check({ services }, { allow }) {
    const findings = services
      .filter(({ name }) => !allow.includes(name))
      .flatMap((service) =>
        service.ports.filter((port) => isInternal(service, port)).map((port) => describe(service, port)),
      );
    return failWith(findings);
  },
});

function isInternal({ image }: ComposeService, { target, address = '' }: ComposePort): boolean {
  if (LOOPBACK.test(address)) return false;
  return target in PORTS || IMAGES.test(image?.value ?? '');
}

function describe({ name, image }: ComposeService, { target, published, address, place }: ComposePort) {
  const what = PORTS[target] ?? image?.value ?? 'an internal service';
  const where = `${address ?? '0.0.0.0'}:${published ?? 'any port'}`;
  return {
    message: `${name} publishes ${what} (${String(target)}) on ${where}: whoever reaches the host reaches it`,
    seen: where,
    allowed: '127.0.0.1, or not published',
    place,
    remedy:
      'Take the port out: services of the stack reach each other without; for a look from the host, bind it to 127.0.0.1.',
  };
}
