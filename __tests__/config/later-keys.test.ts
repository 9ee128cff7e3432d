import { expect, test } from '@jest/globals';
import { complaintsOf, imageComplaints } from './support/parsing.ts';

test.each(['rebuild-after: 7d', 'from: docker-bake.hcl#api'])('an image’s %s is not supported yet', (yaml) => {
  expect(imageComplaints(`    ${yaml}`)).toEqual([
    `slipway.yml:4:5 images.api.${yaml.split(':')[0] ?? ''}: not supported yet; take the key out`,
  ]);
});

test.each([
  [
    'images: { a: { dockerfile: D, platforms: [linux/amd64, linux/arm64] } }',
    'slipway.yml:1:42 images.a.platforms: several platforms for one image are not supported yet; write one',
  ],
  [
    'images: { a: { dockerfile: D } }\nvariants: {}',
    'slipway.yml:2:1 variants: is not a key; write each variant as an image of its own, with `extends: IMAGE`',
  ],
])('%j is refused', (text, expected) => {
  expect(complaintsOf(text)).toEqual([expected]);
});
