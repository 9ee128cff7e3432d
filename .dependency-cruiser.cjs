// The layers of docs/decisions/0001: model ← google ← config, image ← stages ← pipeline ← entries; io and report know only the model.
const stages = 'plan|build|check|stack|gpu|publish';
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'model-imports-nothing',
      severity: 'error',
      from: { path: '^src/model/' },
      to: { path: '^src/(?!model/)' },
    },
    { name: 'io-knows-only-model', severity: 'error', from: { path: '^src/io/' }, to: { path: '^src/(?!io/|model/)' } },
    {
      name: 'report-knows-only-model',
      severity: 'error',
      from: { path: '^src/report/' },
      to: { path: '^src/(?!report/|model/)' },
    },
    {
      name: 'config-image-and-google-know-only-model',
      severity: 'error',
      from: { path: '^src/(config|image|google)/' },
      to: { path: '^src/(?!config/|image/|google/|model/)' },
    },
    {
      name: 'google-below-config',
      severity: 'error',
      from: { path: '^src/google/' },
      to: { path: '^src/(config|image)/' },
    },
    { name: 'config-apart-from-image', severity: 'error', from: { path: '^src/config/' }, to: { path: '^src/image/' } },
    { name: 'image-apart-from-config', severity: 'error', from: { path: '^src/image/' }, to: { path: '^src/config/' } },
    {
      name: 'stages-apart',
      severity: 'error',
      from: { path: `^src/(${stages})/` },
      to: { path: `^src/(${stages})/`, pathNot: '^src/$1/' },
    },
    {
      name: 'stages-below-pipeline',
      severity: 'error',
      from: { path: `^src/(${stages})/` },
      to: { path: '^src/(io|report|pipeline|main|cli|post|inputs|action|command)' },
    },
    {
      name: 'effects-only-in-io',
      severity: 'error',
      from: { path: '^src/(?!io/)' },
      to: { path: '^(node:)?(fs|fs/promises|child_process|net|http|https|http2|tls|dns|dgram)$' },
    },
    { name: 'no-orphans', severity: 'error', from: { orphan: true, path: '^src/', pathNot: '^src/model/' }, to: {} },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
