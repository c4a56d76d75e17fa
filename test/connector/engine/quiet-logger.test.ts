import { describe, expect, it } from 'vitest';
import { quietLogger } from '../../../connector/engine/baileys/quiet-logger.ts';

describe('quietLogger', () => {
  it('keeps sentence, session and cause, and drops every other field', () => {
    const lines: unknown[] = [];
    const write = (fields: object, message: string) => lines.push({ ...fields, message });
    const logger = quietLogger({ debug: write, warn: write }, 'ses_1');
    logger.child({ class: 'x' }).error({ err: new Error('broken'), node: { secret: 'key' } }, 'failed to decrypt');
    logger.warn('only a sentence');
    logger.info({ helloMsg: 'secret' }, 'connected to WA');
    logger.debug({}, 'x');
    logger.trace({}, 'x');
    expect(lines).toEqual([
      { component: 'baileys', sessionId: 'ses_1', reason: 'broken', message: 'failed to decrypt' },
      { component: 'baileys', sessionId: 'ses_1', message: 'only a sentence' },
    ]);
  });
});
