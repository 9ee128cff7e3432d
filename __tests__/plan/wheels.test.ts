import { expect, test } from '@jest/globals';
import { parseDockerfile } from '../../src/plan/dockerfile.ts';
import { findWheels } from '../../src/plan/wheels.ts';

function wheelsOf(text: string) {
  const parsed = parseDockerfile(text, { args: {} });
  if ('problem' in parsed) throw new Error(parsed.problem);
  return findWheels(parsed);
}

const INDEX = '--index-url https://download.pytorch.org/whl/cu121';

test.each([
  [`FROM a\nRUN pip install torch torchvision ${INDEX}`, 2],
  [`FROM a\nRUN apt-get update && \\\n  python3 -m pip install \\\n  "torch==2.4.1" ${INDEX}`, 4],
  [`FROM a AS b\nRUN uv pip install torch>=2 ${INDEX}\nFROM c\nCOPY --from=b /x /x`, 2],
])('%j installs torch for CUDA at line %d', (text, line) => {
  expect(wheelsOf(text)).toEqual([{ what: 'torch for cu121', bytes: 1_800_000_000, line }]);
});

test.each([
  'FROM a\nRUN pip install torch',
  'FROM a\nRUN pip install torch --index-url https://download.pytorch.org/whl/cpu',
  'FROM a\nRUN pip install torch --index-url https://download.pytorch.org/whl/cu102',
  `FROM a\nRUN pip install torchmetrics ${INDEX}`,
  `FROM a\nRUN echo torch ${INDEX}`,
  `FROM a\nRUN pip install torch==2.4.1+cpu ${INDEX}`,
  `FROM a AS unused\nRUN pip install torch ${INDEX}\nFROM b`,
])('%j says nothing of its size', (text) => {
  expect(wheelsOf(text)).toEqual([]);
});
