import { describe, expect, it } from 'vitest';
import { eventMatches } from '../../../core/events/event-filter.ts';

describe('eventMatches', () => {
  it.each([
    [['message.received'], true],
    [['message.*'], true],
    [['*'], true],
    [['message.sent'], false],
    [['status.*'], false],
    [['message'], false],
    [['mess*'], false],
    [[], false],
  ])('%j takes message.received: %s', (subscribed, expected) => {
    expect(eventMatches(subscribed, 'message.received')).toBe(expected);
  });
});
