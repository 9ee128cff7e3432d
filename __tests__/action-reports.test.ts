import { readdir } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { runAction } from '../src/action.ts';
import { Fault } from '../src/model/fault.ts';
import type { RunRecord } from '../src/model/record.ts';
import { captureEffects } from './support/captured-effects.ts';
import { makeFolder } from './support/folder.ts';
import { aPassingRecord, aRichRecord } from './support/rich-record.ts';

const EVERYTHING = ['summary', 'annotations', 'html', 'sarif', 'junit', 'json', 'markdown'];

/** `command: report` of a record in a folder, in a world where reports can be written or cannot. */
async function report(record: RunRecord, reports: readonly string[], works: boolean) {
  const output = await makeFolder({ 'record.json': JSON.stringify(record) });
  const captured = captureEffects();
  const { effects } = captured;
  const refuse = (path: string): Promise<void> =>
    Promise.reject(new Fault('cannot write the file', { where: path, remedy: 'Make room.' }));
  const outputs = new Map<string, string>();
  const summaries: string[] = [];
  const exit = await runAction(
    works ? effects : { ...effects, files: { ...effects.files, writeAtomic: refuse } },
    {
      request: undefined,
      doctor: false,
      output,
      secrets: {},
      logins: {},
      reports,
      scope: '',
      githubToken: '',
      verbose: false,
    },
    {
      setOutput: (name, value) => void outputs.set(name, value),
      declareArtifacts: () => Promise.resolve(),
      addSummary: (markdown) => {
        summaries.push(markdown);
        return works ? Promise.resolve() : Promise.reject(new Error('the summary file is gone'));
      },
    },
  );
  const written = (await readdir(output)).filter((name) => name !== 'record.json').toSorted();
  return { exit, verdict: outputs.get('verdict'), text: captured.text(), written, summaries };
}

describe.each([
  ['blocked', aRichRecord(), 1],
  ['passed', aPassingRecord(), 0],
] as const)('a run that is %s', (verdict, record, exit) => {
  test('leaves every report that was asked for', async () => {
    const seen = await report(record, EVERYTHING, true);
    expect(seen).toMatchObject({ exit, verdict, summaries: [expect.stringMatching(/^### /)] });
    expect(seen.written).toEqual(['junit.xml', 'report.html', 'report.json', 'report.md', 'slipway.sarif']);
    expect(seen.text).not.toContain('could not be written');
  });

  test('has the same exit and verdict when no report can be written, and says which', async () => {
    const seen = await report(record, EVERYTHING, false);
    expect(seen).toMatchObject({ exit, verdict, written: [] });
    expect(seen.text.match(/^warning: the (job summary|\w+ report) could not be written: .+$/gm)).toHaveLength(6);
    expect(seen.text).toMatch(/the html report could not be written: cannot write the file \(.*report\.html\)/);
  });

  test('has the same exit and verdict when none is asked for', async () => {
    expect(await report(record, [], true)).toMatchObject({ exit, verdict, written: [], summaries: [] });
  });
});

test('a job without a record reports what the gate of its run left, and leaves a page that a click opens', async () => {
  const { effects } = captureEffects();
  const output = await makeFolder({});
  const outputs = new Map<string, string>();
  const records: Readonly<Record<string, RunRecord>> = {
    'slipway-record.plan.all.1': aPassingRecord(),
    'slipway-record.gate.all.1': aRichRecord(),
  };
  const open: string[] = [];
  const artifacts = {
    put: () => Promise.resolve(),
    putOpen: (name: string, content: Uint8Array, mimeType: string) => {
      open.push(`${name} ${mimeType} ${Buffer.from(content).toString('utf8', 0, 15)}`);
      return Promise.resolve();
    },
    list: () => Promise.resolve(Object.keys(records)),
    get: (name: string) => Promise.resolve(Buffer.from(JSON.stringify(records[name]))),
  };
  const inputs = {
    request: undefined,
    doctor: false,
    output,
    secrets: {},
    logins: {},
    reports: ['html'],
    scope: '',
    githubToken: '',
    verbose: false,
  };
  const files = {
    setOutput: (name: string, value: string) => void outputs.set(name, value),
    declareArtifacts: () => Promise.resolve(),
    addSummary: () => Promise.resolve(),
  };
  expect(await runAction(effects, inputs, { ...files, artifacts })).toBe(1);
  expect(outputs.get('verdict')).toBe('blocked');
  expect(open).toEqual([expect.stringMatching(/^slipway\.job\.1\.html text\/html <!doctype html>/i)]);
  expect(await runAction(effects, inputs, files)).toBe(2);
});
