import { expect, test } from '@jest/globals';
import { Fault } from '../../src/model/fault.ts';
import { chooseTarget, type Request } from '../../src/pipeline/request.ts';
import { blankConfig } from '../support/blank.ts';

const request: Request = { command: 'ship', directory: '/r', only: [], output: '/o', containers: true };
const choose = (location: string) =>
  chooseTarget(blankConfig(), { ...request, target: { type: 'registry', location } });

test.each(['127.0.0.1:5000/team', 'ghcr.io/acme', 'localhost:5000'])('%s is a registry', (location) => {
  expect(choose(location)).toEqual({ type: 'registry', location });
});

test.each(['http://ghcr.io/acme', 'ghcr.io/Team', 'ghcr.io/team:v1', 'team', ''])(
  '%j is refused before anything is built',
  (location) => {
    expect(() => choose(location)).toThrow(Fault);
    expect(() => choose(location)).toThrow(/is not a registry to publish to/);
  },
);
