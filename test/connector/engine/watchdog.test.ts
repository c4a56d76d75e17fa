import { describe, expect, it } from 'vitest';
import { closingMsMax, mustTerminate, silenceMsMax } from '../../../connector/engine/baileys/watchdog.ts';

describe('mustTerminate', () => {
  it('leaves a socket alone that spoke lately', () => {
    expect(mustTerminate({ nowMs: silenceMsMax, lastFrameAtMs: 0, closingSinceMs: undefined })).toBe(false);
  });

  it('ends a silent one', () => {
    expect(mustTerminate({ nowMs: silenceMsMax + 1, lastFrameAtMs: 0, closingSinceMs: undefined })).toBe(true);
  });

  it('does not wait for a peer that never closes', () => {
    expect(mustTerminate({ nowMs: closingMsMax, lastFrameAtMs: 0, closingSinceMs: 0 })).toBe(false);
    expect(mustTerminate({ nowMs: closingMsMax + 1, lastFrameAtMs: closingMsMax, closingSinceMs: 0 })).toBe(true);
  });
});
