import { expect, it } from 'vitest';
import { readOptions } from '../../lib/options.ts';
import { localContext } from '../../local/deploy-parameters.ts';

it('names options that the stack has', () => {
  expect(readOptions({ wharf: { stage: 'production' }, ...localContext })).toMatchObject({ stage: 'local', shards: 8 });
});
