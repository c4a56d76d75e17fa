import { proto } from '@whiskeysockets/baileys';
import { describe, expect, it } from 'vitest';
import { commonSocketOptions } from '../../../connector/engine/baileys/socket-options.ts';

const { INITIAL_BOOTSTRAP, PUSH_NAME, NON_BLOCKING_DATA, RECENT, FULL, INITIAL_STATUS_V3 } =
  proto.HistorySync.HistorySyncType;
const { shouldSyncHistoryMessage } = commonSocketOptions;

describe('options of every socket', () => {
  it('take what carries the first map of numbers to hidden ids, and refuse histories', () => {
    const wanted = [INITIAL_BOOTSTRAP, PUSH_NAME, NON_BLOCKING_DATA, RECENT, FULL, INITIAL_STATUS_V3].map((syncType) =>
      shouldSyncHistoryMessage({ syncType }),
    );
    expect(wanted).toEqual([true, true, true, false, false, false]);
    expect(shouldSyncHistoryMessage({})).toBe(false);
    expect(commonSocketOptions.syncFullHistory).toBe(false);
  });

  it('keep Baileys from repeating own messages and from remembering recent ones', () => {
    expect(commonSocketOptions).toMatchObject({ emitOwnEvents: false, enableRecentMessageCache: false });
  });
});
