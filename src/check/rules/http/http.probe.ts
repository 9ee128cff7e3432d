import { z } from 'zod';
import type { HttpCheck } from '../../../model/check-config.ts';
import type { ImageConfig } from '../../../model/config.ts';
import { formatDuration } from '../../../model/duration.ts';
import type { HttpObservation, ServiceFacts } from '../../../model/facts.ts';
import type { Finding, Judgement } from '../../../model/verdict.ts';
import { defineRule } from '../../rule.ts';
import { explainEnd, quoteLine } from '../../run-words.ts';

const settings = z.strictObject({
  required: z
    .boolean()
    .optional()
    .meta({ description: 'An image without `http` checks fails instead of being skipped.' }),
});

/** Each declared request, sent from outside the container's network namespace, gets the declared answer. */
export const httpProbe = defineRule({
  id: 'http.probe',
  title: 'The service answers each declared request from outside as declared',
  severity: 'error',
  keys: ['http'],
  kinds: ['service'],
  needs: ['service'],
  settings,
  check({ service }, { image, settings: { required } }): Judgement {
    if (image.http.length === 0) return judgeUndeclared(required === true, image);
    const [first, ...others] = image.http.flatMap((check, index) => judgeCheck(check, index, service));
    if (first !== undefined) return { status: 'failed', findings: [first, ...others] };
    const ended = explainEnd(service);
    if (ended !== undefined) return { status: 'failed', findings: [describeEnd(ended, image)] };
    return { status: 'passed', seen: describeSuccess(image, service) };
  },
});

function judgeUndeclared(required: boolean, { profile }: ImageConfig): Judgement {
  if (!required) return { status: 'skipped', reason: 'no `http` checks are declared' };
  const who = profile === undefined ? 'The platform' : `The platform (profile ${profile})`;
  const finding = {
    message: `no \`http\` checks are declared: nothing asks the service from outside. ${who} never executes a HEALTHCHECK`,
    allowed: 'at least one check under `http`',
    remedy: 'Declare the request that the platform’s own probe makes, such as http: [{ get: /health }].',
  };
  return { status: 'failed', findings: [finding] };
}

function judgeCheck(check: HttpCheck, index: number, service: ServiceFacts): Finding[] {
  const seen = service.http.find((observation) => observation.check === index);
  const problems = seen?.problems ?? [explainEnd(service) ?? 'the request was never sent'];
  if (problems.length === 0) return [];
  const body =
    seen?.lastBody === undefined || seen.lastBody.trim() === '' ? '' : `; the answer was ${quoteLine(seen.lastBody)}`;
  const attempts = seen === undefined ? '' : ` after ${String(seen.attempts)} attempts`;
  return [
    {
      message: `${check.method} ${check.path}: ${problems.join('; ')}${attempts}${body}`,
      ...(seen?.lastStatus === undefined ? {} : { seen: `status ${String(seen.lastStatus)}` }),
      allowed: describeAllowed(check),
      place: check.place,
      remedy: adviseOn(problems),
    },
  ];
}

/** A service that answered and then went away is as useless as one that never did. */
function describeEnd(ended: string, { http }: ImageConfig): Finding {
  const place = http[0]?.place;
  return {
    message: `it answered as declared, but ${ended}`,
    allowed: 'a service that runs until it is stopped',
    remedy: 'Make the process stay up, or declare `kind: job` for one that is meant to end.',
    ...(place === undefined ? {} : { place }),
  };
}

function describeAllowed(check: HttpCheck): string {
  const within = check.within === undefined ? '' : ` within ${formatDuration(check.within)}`;
  return `status ${check.status.join(' or ')}${within}`;
}

function adviseOn(problems: readonly string[]): string {
  if (problems.some((problem) => problem.includes('listens only on'))) {
    return 'Bind the server to 0.0.0.0: a published port and Cloud Run never reach loopback.';
  }
  if (problems.some((problem) => problem.includes('refused'))) {
    return 'Make the server listen on the declared `port` of every interface, and read $PORT where the platform sets it.';
  }
  return 'Correct the service, or the declared answer where that is what is wrong.';
}

function describeSuccess(image: ImageConfig, service: ServiceFacts): string {
  const slowest = Math.max(...service.http.flatMap((observation: HttpObservation) => observation.latencies), 0);
  return `${String(image.http.length)} checks, slowest answer ${formatDuration(slowest)}`;
}
