import type * as z from 'zod/mini';
import type { Principal } from '../../core/accounts/principal.ts';
import type { Command } from '../../core/commands/command.ts';
import type { SendCommand } from '../../core/commands/command-queue.ts';
import { notFound } from '../../core/http/not-found.ts';
import { newId } from '../../core/ids.ts';
import { parseRecipient } from '../../core/messages/recipient.ts';
import type { SessionRepository } from '../../core/sessions/session-repository.ts';
import { WharfError } from '../../core/wharf-error.ts';
import type { askedOfChat } from './schemas.ts';

export interface AskChatParts {
  readonly sessions: Pick<SessionRepository, 'find'>;
  readonly sendCommand: SendCommand;
}

export interface AskChatRequest {
  readonly principal: Principal;
  readonly sessionId: string;
  readonly chatId: string;
  readonly requestId: string;
}

type ChatCommand = Extract<Command, { readonly kind: 'chat.read' | 'chat.presence' }>;
type Ask<T> = T extends ChatCommand
  ? Pick<T, Exclude<keyof T, 'version' | 'commandId' | 'tenantId' | 'sessionId' | 'requestId' | 'chatId'>>
  : never;

/**
 * Asks the connector for something that a chat shows at once: messages as read, somebody who types. Such a thing is worth nothing
 * later, so the session must be connected now. Throws `NOT_FOUND`, `RECIPIENT_INVALID` and `SESSION_NOT_CONNECTED`.
 *
 * @example await askChat(request, { kind: 'chat.presence', presence: 'typing' }, parts)
 */
export async function askChat(
  { principal, sessionId, chatId, requestId }: AskChatRequest,
  ask: Ask<ChatCommand>,
  { sessions, sendCommand }: AskChatParts,
): Promise<z.output<typeof askedOfChat>> {
  const { tenantId } = principal;
  const session = await sessions.find(tenantId, sessionId);
  if (session === undefined) throw notFound('session');
  const chat = parseRecipient(chatId, '/chatId');
  if (session.status !== 'connected') {
    throw new WharfError('SESSION_NOT_CONNECTED', {
      detail: `The session is ${session.status}.`,
      extra: { sessionStatus: session.status },
    });
  }
  const commandId = newId('cmd');
  await sendCommand(session.shard, { version: 1, commandId, tenantId, sessionId, requestId, chatId: chat.id, ...ask });
  return { sessionId, chatId: chat.id, asked: true };
}
