import type { InitGoogleReport } from '../model/init-google.ts';
import { toLine } from './escape.ts';

/** What `slipway init google` did, what the rules give to whom, and what is left to do. */
export function renderInitGoogle({ folder, files, jobs, dropped, added, config }: InitGoogleReport): string {
  const width = Math.max(...jobs.map(({ given }) => given.length));
  const where = toLine(folder, 200);
  const update = dropped.length > 0 || added.length > 0;
  return [
    `written into ${where}: ${files.join(', ')}`,
    '',
    'what each kind of job gets, worked out here on claims as GitHub writes them:',
    ...jobs.map(({ name, given }) => `  ${given.padEnd(width)}  ${name}`),
    '',
    ...(update ? ['commits of the workflow that may publish:'] : []),
    ...added.map((commit) => `  + ${commit}`),
    ...dropped.map((commit) => `  - ${commit}   no longer: runs that pin it are refused`),
    ...(update ? [''] : []),
    `to do: terraform -chdir=${where} init && terraform -chdir=${where} apply   (or: bash ${where}/setup.sh)`,
    `       then the environments and the tag rule at GitHub: ${where}/README.md has the lines`,
    'into slipway.yml:',
    ...config
      .trimEnd()
      .split('\n')
      .map((line) => `  ${line}`),
    '',
  ].join('\n');
}
