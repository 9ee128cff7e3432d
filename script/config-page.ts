import { markdownTable } from 'markdown-table';
import { LATER_KEYS } from '../src/config/later-keys.ts';
import type { JsonSchema } from './config-schema.ts';

const INTRODUCTION = `# slipway.yml

<!-- Written by \`npm run generate\` from src/config; change it there. -->

What you write is enforced; what you leave out is reported and does not fail. An unknown key is an error, and all problems of a file are reported at once.

\`\`\`yaml
# yaml-language-server: $schema=schema/slipway.schema.json
images:
  api: { dockerfile: docker/Dockerfile.api }
\`\`\`

- **Sizes and durations** have a unit: \`500MB\` (10⁶), \`500MiB\` (2²⁰), \`40s\`, \`1m30s\`. A number alone is an error.
- **Paths** are relative to the folder of slipway.yml, which is also the default build context, and stay inside the repository.
- **Nothing is expanded**: \`\${{ … }}\`, \`\${VAR}\` and \`$VAR\` are errors. Secrets and what changes between runs are named by source, \`env.NAME\` or \`file.PATH\`, never written. In \`body\`, \`json\`, regular expressions and after \`-c\` of a shell, \`$\` is yours.
- **Texts that look like numbers** need quotes: \`PYTHON_VERSION: "3.10"\`.
- **YAML**: anchors, aliases and merge keys work; duplicate keys, tags (\`!!…\`), several documents and files over 1 MiB are errors.
- **Variants** of one Dockerfile are images of their own: \`api-gpu: { extends: api, args: { ENABLE_GPU: "true" } }\`.
- **Without a file**, every \`Dockerfile*\`, \`*.Dockerfile\` and \`Containerfile*\` is built and reported on, and nothing fails.
`;

/** docs/config.md: every key with its type, default and meaning. */
export function makeConfigPage(schema: JsonSchema): string {
  const image = mapOf(property(schema, 'images')).additionalProperties;
  if (typeof image !== 'object') throw new Error('the schema of an image is missing');
  const sections = [
    INTRODUCTION,
    section('Top level', schema),
    section('An image', image),
    section('`size` as a map', mapOf(property(image, 'size'))),
    section('`hardened` as a map', mapOf(property(image, 'hardened'))),
    section('`secrets` as a map', mapOf(mapOf(property(image, 'secrets')).additionalProperties)),
    section('An entry of `http`', listItem(property(image, 'http'))),
    `Exactly one of \`get\` and \`post\` is written. A redirect is an answer, it is not followed.\n`,
    section('An entry of `run`', listItem(property(image, 'run'))),
    section('`gpu`', mapOf(property(image, 'gpu'))),
    section('An entry of `phases`', phaseOf(image)),
    `Exactly one of \`probe\` and \`command\` is written; \`mounts\`, \`expect\`, \`gpu\` and \`without-gpu\` go with a command.\n`,
    section('`expect` of a phase', mapOf(property(phaseOf(image), 'expect'))),
    section('`gpu` of a phase', mapOf(property(phaseOf(image), 'gpu'))),
    section('An entry of `fleet`', listItem(property(mapOf(property(image, 'gpu')), 'fleet'))),
    ...stackSections(mapOf(property(schema, 'stack'))),
    section('An entry of `waivers`', listItem(property(schema, 'waivers'))),
    section('`google`', mapOf(property(schema, 'google'))),
    section('`tags`', mapOf(property(schema, 'tags'))),
    rulesSection(property(schema, 'rules')),
    laterSection(),
  ];
  return sections.join('\n');
}

function phaseOf(image: JsonSchema): JsonSchema {
  return listItem(property(mapOf(property(image, 'gpu')), 'phases'));
}

function stackSections(stack: JsonSchema): string[] {
  const restart = mapOf(property(stack, 'survives-restart'));
  return [
    section('`stack`', stack),
    section('An entry of `stack.http`', listItem(property(stack, 'http'))),
    section('An entry of `stack.run`', listItem(property(stack, 'run'))),
    section('An entry of `stack.deny-logs` as a map', mapOf(listItem(property(stack, 'deny-logs')))),
    section('`stack.survives-restart` as a map', restart),
    'An entry of `write` and of `read` is one of `stack.http` or of `stack.run`.\n',
  ];
}

function property(schema: JsonSchema, key: string): JsonSchema {
  const found = schema.properties?.[key];
  if (found === undefined) throw new Error(`the schema has no ${key}`);
  return found;
}

/** The map among the forms a value may have. */
function mapOf(schema: JsonSchema['additionalProperties']): JsonSchema {
  if (typeof schema !== 'object') throw new Error('not a schema');
  return schema.anyOf?.find((form) => form.type === 'object') ?? schema;
}

function listItem(schema: JsonSchema): JsonSchema {
  if (schema.items === undefined) throw new Error('not a list');
  return schema.items;
}

function section(title: string, schema: JsonSchema): string {
  const rows = Object.entries(schema.properties ?? {}).map(([key, value]) => [
    `\`${key}\`${schema.required?.includes(key) === true ? ' (required)' : ''}`,
    describeType(value),
    describeDefault(value),
    cell(value.description ?? ''),
  ]);
  return `## ${title}\n\n${markdownTable([['key', 'type', 'default', 'what it does'], ...rows])}\n`;
}

function describeType(schema: JsonSchema): string {
  if (schema.title !== undefined) return cell(schema.title);
  if (schema.enum !== undefined) return schema.enum.map((word) => `\`${String(word)}\``).join(', ');
  if (schema.type === 'boolean') return '`true`, `false`';
  if (schema.type === 'array') return `list of ${describeItems(schema.items)}`;
  if (schema.type === 'object') return schema.properties === undefined ? 'map' : 'map, below';
  return schema.type ?? 'any';
}

function describeItems(items: JsonSchema | undefined): string {
  if (items?.type === 'object') return 'maps, below';
  return items?.title === undefined ? 'texts' : `${items.title}s`;
}

function describeDefault(schema: JsonSchema): string {
  if (schema['x-default'] !== undefined) return cell(schema['x-default']);
  if (schema.default === undefined) return '–';
  return `\`${typeof schema.default === 'string' ? schema.default : JSON.stringify(schema.default)}\``;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

function rulesSection(schema: JsonSchema): string {
  const rows = Object.entries(schema.properties ?? {}).map(([id, rule]) => {
    const settings = Object.keys(mapOf(rule).properties ?? {}).filter((key) => key !== 'level');
    return [
      `[\`${id}\`](rules/${id}.md)`,
      cell(rule.description ?? ''),
      settings.map((key) => `\`${key}\``).join(', ') || '–',
    ];
  });
  return `## \`rules\`

Each entry is \`warn\`, \`error\`, \`off\`, \`true\` (the rule's own level), or a map of the rule's settings with an optional \`level\`.

${markdownTable([['rule', 'what it holds', 'settings'], ...rows])}
`;
}

function laterSection(): string {
  return `## Not supported yet

These are refused with their place, never ignored: ${LATER_KEYS.map((key) => `\`${key}\``).join(', ')}.
`;
}
