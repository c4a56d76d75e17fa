import { type BinaryNode, proto, type WASocket } from '@whiskeysockets/baileys';
import { within } from '../../concurrency/within.ts';
import type { ComposedMessage, SendOutcome } from '../port.ts';
import { type Acknowledgements, acknowledgementMs } from './acknowledgements.ts';
import { readProtocol } from './content/protocol-bytes.ts';
import { jidOfChat } from './identity-of-jid.ts';

/** Device lookups, key bundles and the write itself; beyond this the socket does not work. */
const relayMs = 40_000;

const { Type } = proto.Message.ProtocolMessage;

export interface SendOptions {
  readonly socket: WASocket;
  readonly acknowledgements: Acknowledgements;
  /** The socket does not work: ends it. */
  readonly giveUp: (reason: string) => SendOutcome;
}

/** Writes a composed message and waits for the server's answer. Never throws. */
export async function sendThroughSocket(
  { socket, acknowledgements, giveUp }: SendOptions,
  { chatId, messageId, protocol, audience, refreshDevices }: ComposedMessage,
): Promise<SendOutcome> {
  const jid = jidOfChat(chatId);
  if (refreshDevices === true) await socket.userDevicesCache?.del(jid.split('@')[0] ?? jid);
  const answer = acknowledgements.expect(messageId);
  try {
    const { message } = readProtocol(protocol);
    const written = socket.relayMessage(jid, message ?? {}, {
      messageId,
      ...stanzaOf(message ?? {}),
      ...(audience === undefined ? {} : { statusJidList: audience.map(jidOfChat) }),
    });
    if ((await within(relayMs, written)) === undefined) return giveUp('relay_timeout');
  } catch (error) {
    answer.forget();
    return { kind: 'unknown', reason: error instanceof Error ? error.message.slice(0, 120) : 'send_failed' };
  }
  const outcome = await answer.within(acknowledgementMs);
  return outcome.kind === 'unknown' && outcome.reason === 'no_acknowledgement' ? giveUp(outcome.reason) : outcome;
}

interface StanzaParts {
  readonly additionalAttributes?: { readonly [name: string]: string };
  readonly additionalNodes?: BinaryNode[];
}

/** What WhatsApp's server wants to know outside the encryption: it tells phones to replace, not to notify. */
function stanzaOf({ protocolMessage, pollCreationMessage, pollCreationMessageV3 }: proto.IMessage): StanzaParts {
  if (protocolMessage?.type === Type.REVOKE) {
    const { remoteJid, fromMe } = protocolMessage.key ?? {};
    // In a group, an administrator deletes what others wrote.
    return { additionalAttributes: { edit: remoteJid?.endsWith('@g.us') && !fromMe ? '8' : '7' } };
  }
  if (protocolMessage?.type === Type.MESSAGE_EDIT) return { additionalAttributes: { edit: '1' } };
  if (pollCreationMessage || pollCreationMessageV3) {
    return { additionalNodes: [{ tag: 'meta', attrs: { polltype: 'creation' } }] };
  }
  return {};
}
