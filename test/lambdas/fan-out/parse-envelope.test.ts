import { describe, expect, it } from 'vitest';
import { MalformedEventError, parseEnvelope } from '../../../lambdas/fan-out/parse-envelope.ts';

const good = {
  version: 1,
  id: 'evt_1',
  type: 'message.received',
  tenantId: 'usr_1',
  sessionId: 'ses_1',
  timestamp: '2026-11-22T00:00:00.000Z',
  metadata: { a: 'b' },
  data: { text: 'hello' },
};

describe('parseEnvelope', () => {
  it('reads an event', () => {
    expect(parseEnvelope(JSON.stringify(good))).toEqual(good);
  });

  it.each([
    '{"text":"secret words"',
    'null',
    '[]',
    JSON.stringify({ ...good, version: 2 }),
    JSON.stringify({ ...good, id: '' }),
    JSON.stringify({ ...good, tenantId: 7 }),
    JSON.stringify({ ...good, type: 'message.invented' }),
    JSON.stringify({ ...good, data: undefined }),
  ])('refuses %s without quoting it', (text) => {
    expect(() => parseEnvelope(text)).toThrow(MalformedEventError);
    expect(() => parseEnvelope(text)).not.toThrow(/secret|hello|invented/);
  });
});
