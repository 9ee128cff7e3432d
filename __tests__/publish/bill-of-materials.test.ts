import { expect, test } from '@jest/globals';
import { CONTENT_ANNOTATION } from '../../src/model/artifact.ts';
import { digestOf } from '../../src/model/digest.ts';
import { makeBillOfMaterials } from '../../src/publish/bill-of-materials.ts';

const CONTEXT = { policyHash: 'a'.repeat(64), created: '2026-01-02T03:05:05.000Z' };
const make = (text: string) => makeBillOfMaterials(Buffer.from(text), 'api.json', CONTEXT);

test.each([
  ['{"spdxVersion":"SPDX-2.3"}', 'application/spdx+json'],
  ['{"bomFormat":"CycloneDX","specVersion":"1.6"}', 'application/vnd.cyclonedx+json'],
])('%s is attached as it is', (text, artifactType) => {
  expect(make(text)).toMatchObject({ artifactType, annotations: { [CONTENT_ANNOTATION]: digestOf(text) } });
  expect(Buffer.from(make(text).bytes).toString()).toBe(text);
});

test.each(['', 'null', '[]', '{"packages":[]}', '{"spdxVersion":2}', '<bom/>'])('%j is refused', (text) => {
  expect(() => make(text)).toThrow('no bill of materials');
});
