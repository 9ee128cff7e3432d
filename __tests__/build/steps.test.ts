import { describe, expect, test } from '@jest/globals';
import { parseStepName, restoreArguments, secretMounts } from '../../src/build/steps.ts';

describe('names of steps', () => {
  const several = ['api', 'web'];
  test.each([
    ['[api base 2/5] RUN make', several, { target: 'api', position: 'base 2/5', text: 'RUN make' }],
    ['[web 1/2] FROM x', several, { target: 'web', position: '1/2', text: 'FROM x' }],
    ['[api internal] load metadata', several, { target: 'api', position: 'internal', text: 'load metadata' }],
    ['[api] exporting to image', several, { target: 'api', position: '', text: 'exporting to image' }],
    ['[internal] load local bake definitions', several, { position: 'internal', text: 'load local bake definitions' }],
    ['[api 2/5] RUN make', [], { position: 'api 2/5', text: 'RUN make' }],
    ['[1/1] RUN echo [x] y', [], { position: '1/1', text: 'RUN echo [x] y' }],
    ['exporting to image', [], { position: '', text: 'exporting to image' }],
    ['', [], { position: '', text: '' }],
  ])('%s', (name, targets, expected) => {
    expect(parseStepName(name, targets)).toEqual(expected);
  });
});

test.each([
  ['RUN --mount=type=secret,id=token cat', ['token']],
  ['RUN --mount=type=secret,target=/run/npmrc,required=true x', ['npmrc']],
  ['RUN --mount=type=cache,target=/c --mount=id=a,type=secret --mount=type=secret,id=b x', ['a', 'b']],
  ['RUN --mount="type=secret,id=quoted" x', ['quoted']],
  ['RUN --mount=type=bind,source=secret,target=/x x', []],
  ['RUN echo type=secret,id=no', []],
])('%s mounts %j', (text, ids) => {
  expect(secretMounts(text)).toEqual(ids);
});

test.each([
  ['RUN pip install --index https://u:p@host/', { INDEX: 'https://u:p@host/' }, 'RUN pip install --index $INDEX'],
  ['RUN use abcdef abc', { SHORT: 'abc', LONG: 'abcdef' }, 'RUN use $LONG $SHORT'],
  ['RUN make -j 2', { JOBS: '2' }, 'RUN make -j 2'],
  ['RUN echo x', { EMPTY: '' }, 'RUN echo x'],
  ['RUN echo some$value', { DOLLAR: 'some$value' }, 'RUN echo $DOLLAR'],
])('%s without values of arguments', (text, args, expected) => {
  expect(restoreArguments(text, args)).toBe(expected);
});
