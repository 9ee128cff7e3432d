import { resolve } from 'node:path';

/** While something is being written, SLIPWAY_FROM_SOURCE=1 runs src/ instead of bundling first; `script/test` never sets it. */
const FROM_SOURCE = process.env['SLIPWAY_FROM_SOURCE'] === '1';

/** The command line, the action's main step and its post step. */
export const CLI = resolve(FROM_SOURCE ? 'src/cli.ts' : 'dist/cli/index.js');
export const ACTION = resolve(FROM_SOURCE ? 'src/main.ts' : 'dist/index.js');
export const POST = resolve(FROM_SOURCE ? 'src/post.ts' : 'dist/post/index.js');
