import { expect, it } from 'vitest';
import { failedMessages } from '../../../local/event-sources/failed-messages.ts';

const ids = ['m1', 'm2', 'm3'];
const item = (itemIdentifier: unknown) => ({ itemIdentifier });

it.each<[string, unknown, readonly string[]]>([
  ['nothing', null, []],
  ['an object without failures', {}, []],
  ['null failures', { batchItemFailures: null }, []],
  ['an empty list', { batchItemFailures: [] }, []],
  ['one', { batchItemFailures: [item('m2')] }, ['m2']],
  ['the same one twice', { batchItemFailures: [item('m2'), item('m2')] }, ['m2']],
  ['an unknown one', { batchItemFailures: [item('m2'), item('m9')] }, ids],
  ['an empty one', { batchItemFailures: [item('')] }, ids],
  ['a null one', { batchItemFailures: [item(null)] }, ids],
  ['a bad key', { batchItemFailures: [{ id: 'm2' }] }, ids],
  ['no list', { batchItemFailures: 'm2' }, ids],
  ['a text', 'ok', ids],
])('%s', (_, result, expected) => {
  expect([...failedMessages(result, ids)]).toEqual(expected);
});
