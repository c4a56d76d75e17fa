import { describe, expect, it } from 'vitest';
import { compileFilter } from '../../../local/event-sources/filter-pattern.ts';
import type { JsonObject } from '../../../local/template/template.ts';

describe('filters', () => {
  const message = { body: { type: 'message.received', sessionId: 'ses_1', tags: ['a', 'b'], count: 0, none: null } };

  it.each<[JsonObject, boolean]>([
    [{ body: { type: ['message.received'] } }, true],
    [{ body: { type: ['other', 'message.received'] } }, true],
    [{ body: { type: ['other'] } }, false],
    [{ body: { type: [{ prefix: 'message.' }] } }, true],
    [{ body: { type: [{ suffix: '.sent' }] } }, false],
    [{ body: { type: [{ 'anything-but': ['message.sent'] }] } }, true],
    [{ body: { type: [{ 'anything-but': 'message.received' }] } }, false],
    [{ body: { missing: [{ exists: false }] } }, true],
    [{ body: { missing: [{ exists: true }] } }, false],
    [{ body: { tags: ['b'] } }, true],
    [{ body: { count: [0], none: [null] } }, true],
    [{ body: { type: ['message.received'], sessionId: ['ses_2'] } }, false],
    [{ body: { deep: { er: ['x'] } } }, false],
    [{}, true],
  ])('%j: %s', (pattern, expected) => {
    expect(compileFilter(pattern, 'Mapping')(message)).toBe(expected);
  });

  it.each<JsonObject>([{ body: { count: [{ numeric: ['>', 1] }] } }, { body: { type: 'not a list' } }])(
    'stops at %j',
    (pattern) => {
      expect(() => compileFilter(pattern, 'Mapping')).toThrow(/filter of Mapping/);
    },
  );
});
