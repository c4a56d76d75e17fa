import type { Command } from '../../core/commands/command.ts';
import type { Logger } from '../logger.ts';
import type { SessionRegistry } from '../session/session-registry.ts';
import type { AnswerCall } from './answer-call.ts';
import type { CommandOutcome, SendMessage } from './send-message.ts';
import type { TendChat } from './tend-chat.ts';

export interface HandleCommandOptions {
  readonly registry: SessionRegistry;
  readonly sendMessage: SendMessage;
  readonly answerCall: AnswerCall;
  readonly tendChat: TendChat;
  readonly logger: Logger;
}

/**
 * Does what a command of a shard's queue asks.
 *
 * @example createHandleCommand(options)(3, command, signal)
 */
export function createHandleCommand(options: HandleCommandOptions) {
  const { registry, sendMessage, answerCall, tendChat, logger } = options;
  return async (shard: number, command: Command, signal: AbortSignal): Promise<CommandOutcome> => {
    const machine = registry.open(shard, command);
    if (machine === undefined) return 'later';
    switch (command.kind) {
      case 'session.reconcile':
        await machine.reconcile();
        return 'done';
      case 'message.send':
        return sendMessage(machine, command.messageId, signal);
      case 'call':
        await answerCall(command, machine.connection);
        return 'done';
      case 'chat.read':
      case 'chat.presence':
        await tendChat(command, machine.connection);
        return 'done';
      default:
        // A newer API may ask for what this connector does not know; keeping the command would block its session.
        logger.error({ shard, kind: (command as { kind: unknown }).kind }, 'An unknown command was dropped');
        return 'done';
    }
  };
}
