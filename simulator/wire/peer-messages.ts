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

/** A chat with a person, by both addresses, and when something was written in it last. */
export interface PastChat {
  readonly pnJid: string;
  readonly lidJid: string;
  readonly lastMessageSeconds: number;
}

/** The first history, without messages, inline: the owner's two addresses, and the chats. Without it a new companion waits 20 seconds. */
export function historyNotification(
  mappings: readonly { pnJid: string; lidJid: string }[],
  chats: readonly PastChat[],
): Message {
  const syncType = proto.HistorySync.HistorySyncType.INITIAL_BOOTSTRAP;
  const history = proto.HistorySync.encode({
    syncType,
    chunkOrder: 1,
    progress: 100,
    conversations: chats.map(({ pnJid, lidJid, lastMessageSeconds }) => ({
      ...{ id: pnJid, pnJid, lidJid, conversationTimestamp: lastMessageSeconds },
    })),
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
