import { expect, test } from '@jest/globals';
import { parseDockerfile } from '../../src/plan/dockerfile.ts';
import { inlineRequirements } from '../../src/plan/inline-requirements.ts';
import { parseRequirements } from '../../src/plan/requirement-text.ts';

function read(run: string): readonly string[] {
  const parsed = parseDockerfile(`FROM a\n${run}\n`, { args: {} });
  if ('problem' in parsed) throw new Error(parsed.problem);
  const runs = parsed.instructions.filter(({ keyword }) => keyword === 'RUN');
  return runs
    .flatMap((each) => inlineRequirements(each, 'Dockerfile'))
    .map(({ name, pinned, elsewhere, place }) =>
      [String(place.line), name, pinned ? 'pinned' : 'open', ...(elsewhere === true ? ['elsewhere'] : [])].join(' '),
    );
}

test.each<[string, readonly string[]]>([
  ['RUN pip install poetry', ['2 poetry open']],
  ['RUN pip install --upgrade pip setuptools wheel && pip3 install uv==0.5.1', ['2 uv pinned']],
  [
    'RUN apt-get update && \\\n  python -m pip install --no-cache-dir \\\n  "Flask[async]>=3" \\\n  gunicorn==22.0.0 && rm -rf /x',
    ['4 flask open', '5 gunicorn pinned'],
  ],
  ['RUN uv pip install --system -r requirements.txt httpx', ['2 httpx open']],
  ['RUN --mount=type=cache,target=/c uv tool install ruff', ['2 ruff open']],
  ['RUN pip install torch --index-url https://x/whl/cpu; pip install a', ['2 torch open elsewhere', '2 a open']],
  ['RUN ["pip", "install", "flask"]', ['2 flask open']],
  ['RUN <<EOF\npip install a==1 b\necho c\nEOF', ['3 a pinned', '3 b open']],
  ['RUN pip install -e . ./pkg /wheels/x.whl dist.whl git+https://x/y.git "a @ https://x/a.whl"', ['2 a pinned']],
  ['RUN pip install -c constraints.txt -t /out "a == 1.0"', ['2 a pinned']],
  ['RUN apt-get install -y python3-pip curl', []],
  ['RUN npm install express && poetry install --only main', []],
  ['RUN echo done', []],
])('%j names %j', (run, expected) => {
  expect(read(run)).toEqual(expected);
});

test('a list that names an index of its own is of that index', () => {
  const names = (text: string) => parseRequirements(text, 'r.txt').map(({ elsewhere }) => elsewhere === true);
  expect(names('--extra-index-url https://private.example/simple\na\nb==1')).toEqual([true, true]);
  expect(names('# --index-url https://x\na')).toEqual([false]);
});
