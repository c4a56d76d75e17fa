import type { S3Client } from '@aws-sdk/client-s3';
import { testPattern } from '../core/auto-reply/re2-pattern.ts';
import { createCallRepository } from '../core/calls/call-repository.ts';
import type { SendCommand } from '../core/commands/command-queue.ts';
import { mediaObjectKey } from '../core/messages/media.ts';
import { createMediaRepository } from '../core/messages/media-repository.ts';
import { createOptOutRepository } from '../core/opt-outs/opt-out-repository.ts';
import type { Sealer } from '../core/sealing/sealer.ts';
import { createGuardedAgent } from '../core/webhooks/guard/index.ts';
import { AutoReplier } from './auto-reply/auto-reply.ts';
import { createReplyStore } from './auto-reply/reply-store.ts';
import { createAnswerCall } from './commands/answer-call.ts';
import { createCompose } from './commands/compose-message.ts';
import { createKnownNumbers } from './commands/known-numbers.ts';
import { createSendMessage, type SendMessage } from './commands/send-message.ts';
import { createSendsInFlight } from './commands/sends-in-flight.ts';
import { createTakeReceipt } from './commands/take-receipt.ts';
import { createTendChat } from './commands/tend-chat.ts';
import type { Configuration } from './configuration.ts';
import type { Clients } from './create-clients.ts';
import { answerCaller } from './directory/answer-caller.ts';
import { DirectoryKeeper } from './directory/directory-keeper.ts';
import { createTakeDirectoryEvent } from './directory/take-directory-event.ts';
import type { PublishEvent } from './inbox/event-queue.ts';
import type { MessageRetention } from './inbox/message-retention.ts';
import { createTakeIncoming } from './inbox/take-incoming.ts';
import { errorFields, type Logger } from './logger.ts';
import { createFindLinkPreview } from './media/link-preview.ts';
import { MediaDesk } from './media/media-desk.ts';
import { createObjectStore, type ObjectStore } from './media/object-store.ts';
import { createPrepareMedia } from './media/prepare-media.ts';
import { createTempFolder } from './media/temp-folder.ts';
import { createKnownChats } from './sending/known-chats.ts';
import { createTakeOptOut } from './sending/opt-out-words.ts';
import { SendingDesk, type SendingDeskOptions } from './sending/sending-desk.ts';
import { createSendingStore } from './sending/sending-store.ts';
import type { SessionDependencies, Surroundings } from './session/session-dependencies.ts';
import { createChangeStore } from './storage/change-store.ts';
import { deleteMessages } from './storage/delete-messages.ts';
import { createDirectoryStore } from './storage/directory-store.ts';
import { createMediaJobStore } from './storage/media-job-store.ts';
import { createMessageStore } from './storage/message-store.ts';

export interface ConversationOptions extends Surroundings {
  readonly configuration: Pick<Configuration, 'tables' | 'mediaBucket' | 'mediaBytesMax' | 'allowedCidrs'>;
  readonly clients: Pick<Clients, 'dynamodb'> & { readonly s3: S3Client };
  readonly sealer: Sealer;
  readonly publish: PublishEvent;
  /** The way of every send, for answers too. */
  readonly sendCommand: SendCommand;
  readonly retentionDays: MessageRetention;
  readonly mayAct: () => boolean;
  readonly logger: Logger;
}

type SessionSide = Pick<
  SessionDependencies,
  | 'messages'
  | 'takeIncoming'
  | 'takeReceipt'
  | 'takeDirectory'
  | 'findGroup'
  | 'resumeMedia'
  | 'sending'
  | 'deleteMessages'
>;

/**
 * Everything that sessions and commands need of messages, media, directory and calls, put together.
 *
 * @example const { session, sendMessage } = createConversations({ configuration, clients, sealer, publish, … });
 */
export function createConversations(options: ConversationOptions) {
  const { configuration, clients, sealer, publish, logger, now } = options;
  const messagesTable = { dynamodb: clients.dynamodb, tableName: configuration.tables.messages };
  const messages = createMessageStore({ ...messagesTable, sealer });
  const changes = createChangeStore(messagesTable);
  const objects = createObjectStore({ s3: clients.s3, bucket: configuration.mediaBucket });
  const folder = createTempFolder();
  const agent = createGuardedAgent({ allowedCidrs: configuration.allowedCidrs });
  const sends = createSendsInFlight();
  const directory = new DirectoryKeeper({ store: createDirectoryStore(messagesTable), publish, now, logger });
  const mediaRows = createMediaRepository(messagesTable);
  const media = new MediaDesk({
    ...options,
    jobs: createMediaJobStore(messagesTable),
    media: mediaRows,
    messages,
    objects,
    folder,
    bytesMax: configuration.mediaBytesMax,
  });
  const compose = createCompose({
    messages,
    prepareMedia: createPrepareMedia({ objects, agent, folder, media: mediaRows, logger }),
    findLinkPreview: createFindLinkPreview({ agent, folder }),
  });
  const replier = new AutoReplier({ ...options, replies: createReplyStore(messagesTable), messages, testPattern });
  const desk = openDesk(options, messagesTable, (...send) => sendMessage(...send));
  const optOuts = createOptOutRepository(messagesTable);
  const takeOptOut = createTakeOptOut({ ...options, optOuts });
  const parts = { ...options, messages, changes, directory, sends, replier, desk, optOuts };
  const sendMessage: SendMessage = createSendMessage({ ...parts, compose, knownNumbers: createKnownNumbers() });
  const takeDirectoryEvent = createTakeDirectoryEvent({ ...options, keeper: directory });
  const takeIncoming = createTakeIncoming({
    ...parts,
    media,
    reply: async (message, session) => {
      if (!(await takeOptOut(message, session))) await replier.consider(message, session);
    },
  });
  const session: SessionSide = {
    messages,
    takeIncoming: async (message, session) => {
      await takeIncoming(message, session);
      desk.noteTalk(session.sessionId, message.chat);
    },
    takeReceipt: createTakeReceipt(parts),
    takeDirectory: (event, machine) =>
      takeDirectoryEvent(event, {
        ...machine.name,
        metadata: machine.record?.row.metadata ?? {},
        settings: machine.record?.row.settings ?? {},
        connection: machine.connection,
        answer: (answer) => answerCaller(answer, machine, { ...parts, sendMessage }),
      }),
    findGroup: (name, groupId) => directory.findGroup(name, groupId),
    resumeMedia: (handle) => media.resume(handle),
    sending: desk,
    deleteMessages: forgetMessages(messagesTable, objects, logger),
  };
  return {
    session,
    sendMessage,
    answerCall: createAnswerCall({ ...messagesTable, calls: createCallRepository(messagesTable), now, logger }),
    tendChat: createTendChat({ messages, logger }),
    destroy: () => {
      folder.destroy();
      agent.destroy();
    },
  };
}

/** Deletes what a session that is gone has written and seen, the bytes of its media with it. */
function forgetMessages(
  messagesTable: { readonly dynamodb: Clients['dynamodb']; readonly tableName: string },
  objects: Pick<ObjectStore, 'deleteFiles'>,
  logger: Logger,
): SessionDependencies['deleteMessages'] {
  return (name) => {
    const keyOf = (mediaId: string) => mediaObjectKey(name.tenantId, name.sessionId, mediaId);
    const deleteMedia = (mediaIds: readonly string[]) =>
      objects.deleteFiles(mediaIds.map(keyOf)).catch((error: unknown) => {
        // They end by the bucket's rule, and the rest is not kept for them.
        logger.warn({ sessionId: name.sessionId, ...errorFields(error) }, 'Media of a deleted session are left');
      });
    return deleteMessages({ ...messagesTable, ...name, deleteMedia });
  };
}

/** What keeps messages back; it lets them go the way that every command takes. */
function openDesk(
  options: ConversationOptions,
  messagesTable: { readonly dynamodb: Clients['dynamodb']; readonly tableName: string },
  send: SendingDeskOptions['send'],
): SendingDesk {
  return new SendingDesk({
    ...options,
    store: createSendingStore(messagesTable),
    knownChats: createKnownChats(messagesTable),
    send,
  });
}
