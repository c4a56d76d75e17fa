import { createHash } from 'node:crypto';
import { messageExpiresAtSeconds } from '../../core/messages/retention.ts';
import type { SendMessage } from '../commands/send-message.ts';
import type { MessageRetention } from '../inbox/message-retention.ts';
import type { SessionMachine } from '../session/session-machine.ts';
import type { MessageStore } from '../storage/message-store.ts';
import type { DirectoryAnswer } from './take-directory-event.ts';

export interface AnswerCallerOptions {
  readonly messages: MessageStore;
  readonly sendMessage: SendMessage;
  readonly retentionDays: MessageRetention;
  readonly now: () => number;
}

/** A caller waits for the words now or not at all. */
const sendMs = 60_000;

/** Sends the words for a rejected call, once for each call however often it is told of. */
export async function answerCaller(
  { chat, callId, text }: DirectoryAnswer,
  machine: SessionMachine,
  { messages, sendMessage, retentionDays, now }: AnswerCallerOptions,
): Promise<void> {
  const at = new Date(now()).toISOString();
  const messageId = `3EB0${createHash('sha256').update(callId).digest('hex').slice(0, 18).toUpperCase()}`;
  await messages.putOnce({
    ...machine.name,
    messageId,
    direction: 'outbound',
    chat,
    content: { type: 'text', text },
    madeBy: 'call_reject',
    status: 'queued',
    createdAt: at,
    updatedAt: at,
    expiresAtSeconds: messageExpiresAtSeconds(now(), await retentionDays(machine.name.tenantId)),
  });
  await sendMessage(machine, messageId, AbortSignal.timeout(sendMs));
}
