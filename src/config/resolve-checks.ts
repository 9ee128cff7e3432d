import type { HttpCheck, JobRunCheck } from '../model/check-config.ts';
import type { Place } from '../model/place.ts';
import { statusList, type ParsedHttp, type ParsedRun } from './check-schema.ts';

const DEFAULT_RUN = 120_000;

/** What an answer must be like, whoever gives it. */
export function toHttpExpectation(check: ParsedHttp, place: Place): Omit<HttpCheck, 'path'> {
  const { post, headers, status, repeat, body, json, type, within } = check;
  return {
    method: post === undefined ? 'GET' : 'POST',
    headers: headers ?? {},
    status: statusList(status),
    repeat: repeat ?? 1,
    place,
    ...(body === undefined ? {} : { body }),
    ...(json === undefined ? {} : { json }),
    ...(type === undefined ? {} : { type }),
    ...(within === undefined ? {} : { within }),
  };
}

/** What a run must come to, wherever it runs. */
export function toRunExpectation(check: Omit<ParsedRun, 'command'>, place: Place): Omit<JobRunCheck, 'command'> {
  const { within, exit, stdout, stderr } = check;
  return {
    within: within ?? DEFAULT_RUN,
    exit: exit ?? 0,
    place,
    ...(stdout === undefined ? {} : { stdout }),
    ...(stderr === undefined ? {} : { stderr }),
  };
}
