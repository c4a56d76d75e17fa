import type { WASocket } from '@whiskeysockets/baileys';
import { within } from '../../concurrency/within.ts';
import type { OutgoingMessage, SendOutcome } from '../port.ts';
import { type Acknowledgements, acknowledgementMs } from './acknowledgements.ts';
import { jidOfChat } from './identity-of-jid.ts';

/** Device lookups, key bundles and the write itself; beyond this the socket does not work. */
const relayMs = 40_000;

export interface SendOptions {
  readonly socket: WASocket;
  readonly acknowledgements: Acknowledgements;
  /** The socket does not work: ends it. */
  readonly giveUp: (reason: string) => SendOutcome;
}

/** Writes a message and waits for the server's answer. Never throws. */
export async function sendThroughSocket(
  { socket, acknowledgements, giveUp }: SendOptions,
  { chatId, messageId, content, refreshDevices }: OutgoingMessage,
): Promise<SendOutcome> {
  if (content.type !== 'text') return { kind: 'unknown', reason: 'content_not_supported' };
  const jid = jidOfChat(chatId);
  if (refreshDevices === true) await socket.userDevicesCache?.del(jid.split('@')[0] ?? jid);
  const answer = acknowledgements.expect(messageId);
  try {
    // Without `linkPreview` Baileys would fetch any address that stands in the text.
    const written = socket.sendMessage(jid, { text: content.text, linkPreview: null }, { messageId });
    if ((await within(relayMs, written)) === undefined) return giveUp('relay_timeout');
  } catch (error) {
    answer.forget();
    return { kind: 'unknown', reason: error instanceof Error ? error.message.slice(0, 120) : 'send_failed' };
  }
  const outcome = await answer.within(acknowledgementMs);
  return outcome.kind === 'unknown' && outcome.reason === 'no_acknowledgement' ? giveUp(outcome.reason) : outcome;
}
