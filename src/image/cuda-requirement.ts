type CudaProperty = 'cuda' | 'driver' | 'arch' | 'brand';
type CudaOperator = '=' | '!=' | '<' | '<=' | '>' | '>=';
/** One comparison of a NVIDIA_REQUIRE_* value. */
interface CudaConstraint {
  readonly property: CudaProperty;
  readonly operator: CudaOperator;
  readonly value: string;
}
/** One NVIDIA_REQUIRE_* variable: one of the groups must hold, and of a group every constraint. */
export interface CudaRequirement {
  readonly variable: string;
  readonly groups: readonly (readonly CudaConstraint[])[];
  /** Pieces that are no constraint. */
  readonly unread: readonly string[];
}
/** What is known of a machine; an absent property leaves its constraints open. */
export type CudaHost = Readonly<Partial<Record<CudaProperty, string>>>;

const PROPERTIES: readonly CudaProperty[] = ['cuda', 'driver', 'arch', 'brand'];
const OPERATORS: readonly CudaOperator[] = ['=', '!=', '<', '<=', '>', '>='];

/** What an image's environment asks of a machine, as nvidia-container-toolkit reads it (internal/config/image/cuda_image.go). */
export function readCudaRequirements(env: readonly string[]): readonly CudaRequirement[] {
  const names = [...new Set(env.map((entry) => entry.split('=', 1)[0] ?? ''))];
  const told = names
    // Jetson boards have no driver version of that kind; the toolkit reads past these too.
    .filter((name) => name.startsWith('NVIDIA_REQUIRE_') && !name.startsWith('NVIDIA_REQUIRE_JETPACK'))
    .map((name) => parseCudaRequirement(name, valueOf(env, name) ?? ''));
  const version = /^\d+\.\d+/.exec(valueOf(env, 'CUDA_VERSION') ?? '')?.[0];
  // Images from before the requirement variables are held to their CUDA version.
  if (version === undefined || told.some(({ variable }) => variable === 'NVIDIA_REQUIRE_CUDA')) return told;
  return [...told, parseCudaRequirement('CUDA_VERSION', `cuda>=${version}`)];
}

/** The value that tells the runtime to disregard them; undefined where it is not to. */
export function readDisabledRequirement(env: readonly string[]): string | undefined {
  const value = valueOf(env, 'NVIDIA_DISABLE_REQUIRE');
  return value === undefined || ['', '0', 'false'].includes(value.toLowerCase()) ? undefined : value;
}

/** The last one wins, as for an engine. */
function valueOf(env: readonly string[], name: string): string | undefined {
  return env.findLast((entry) => entry.startsWith(`${name}=`))?.slice(name.length + 1);
}

/** The constraints as they are written, or the first `most` of the groups. */
export function formatCudaRequirement({ groups }: CudaRequirement, most = groups.length): string {
  const told = groups
    .slice(0, most)
    .map((group) => group.map(({ property, operator, value }) => `${property}${operator}${value}`).join(','));
  const rest = groups.length - told.length;
  return rest > 0 ? `${told.join(' or ')} or one of ${String(rest)} more` : told.join(' or ');
}

/** Reads a value as nvidia-container-toolkit does (internal/requirements): a space is OR, a comma is AND, what it does not know is left out. */
export function parseCudaRequirement(variable: string, text: string): CudaRequirement {
  const groups = text
    .split(/\s+/)
    .filter((group) => group !== '')
    .map((group) => group.split(',').map((piece) => ({ piece, constraint: parseConstraint(piece) })));
  return {
    variable,
    groups: groups
      .map((group) => group.flatMap(({ constraint }) => constraint ?? []))
      .filter((group) => group.length > 0),
    unread: groups.flat().flatMap(({ piece, constraint }) => (constraint === undefined ? [piece] : [])),
  };
}

function parseConstraint(piece: string): CudaConstraint | undefined {
  const match = /^(?<name>[a-z]+)(?<sign>=|!=|<=?|>=?)(?<value>[\w.-]+)$/.exec(piece);
  const { name, sign, value } = match?.groups ?? {};
  const property = PROPERTIES.find((known) => known === name);
  const operator = OPERATORS.find((known) => known === sign);
  return property === undefined || operator === undefined || value === undefined
    ? undefined
    : { property, operator, value };
}

/** Whether a machine meets the requirement; undefined where that hangs on a property nobody told. */
export function meetsCudaRequirement(requirement: CudaRequirement, host: CudaHost): boolean | undefined {
  if (requirement.groups.length === 0) return true;
  const answers = requirement.groups.map((group) => {
    const parts = group.map((constraint) => meetsConstraint(constraint, host));
    return parts.includes(false) ? false : parts.includes(undefined) ? undefined : true;
  });
  return answers.includes(true) ? true : answers.includes(undefined) ? undefined : false;
}

function meetsConstraint({ property, operator, value }: CudaConstraint, host: CudaHost): boolean | undefined {
  const seen = host[property];
  if (seen === undefined) return undefined;
  const order = property === 'brand' ? Number(seen !== value) : compareDotted(seen, value);
  switch (operator) {
    case '=':
      return order === 0;
    case '!=':
      return order !== 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
}

/** Compares `535.104.05` and `535` number by number; a missing part is 0. */
export function compareDotted(one: string, other: string): number {
  const [left, right] = [one, other].map((text) => text.split('.').map((part) => Number.parseInt(part, 10) || 0));
  for (let at = 0; at < Math.max(left?.length ?? 0, right?.length ?? 0); at += 1) {
    const difference = (left?.[at] ?? 0) - (right?.[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
