import { deflateSync } from 'node:zlib';
import type { Message } from './message-content.ts';
import { proto } from './proto.ts';

const { Type } = proto.Message.ProtocolMessage;

/** Hands a companion the key under which app state (names, settings) is encrypted. */
export function appStateKeyShare(keyId: Buffer, keyData: Buffer, nowMs: number): Message {
  const fingerprint = { rawId: 1, currentIndex: 0, deviceIndexes: [0, 1] };
  return {
    protocolMessage: {
      type: Type.APP_STATE_SYNC_KEY_SHARE,
      appStateSyncKeyShare: { keys: [{ keyId: { keyId }, keyData: { keyData, fingerprint, timestamp: nowMs } }] },
    },
  };
}

/** The first history, empty but for the owner's two addresses, inline: without it a new companion waits 20 seconds. */
export function historyNotification(mappings: readonly { pnJid: string; lidJid: string }[]): Message {
  const syncType = proto.HistorySync.HistorySyncType.INITIAL_BOOTSTRAP;
  const history = proto.HistorySync.encode({
    syncType,
    chunkOrder: 1,
    progress: 100,
    conversations: [],
    phoneNumberToLidMappings: [...mappings],
  }).finish();
  return {
    protocolMessage: {
      type: Type.HISTORY_SYNC_NOTIFICATION,
      historySyncNotification: {
        syncType: proto.Message.HistorySyncType.INITIAL_BOOTSTRAP,
        progress: 100,
        chunkOrder: 1,
        initialHistBootstrapInlinePayload: deflateSync(history),
      },
    },
  };
}
