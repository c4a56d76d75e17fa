import { normalizeMessageContent, type proto } from '@whiskeysockets/baileys';
import type { MessageContent } from '../../../core/messages/message.ts';

/** Fields that accompany a message and are not one. */
const companions = new Set(['messageContextInfo', 'senderKeyDistributionMessage']);

/** WhatsApp's own limit. Longer texts are cut: an altered client may send what no queue and no table row takes. */
const textCharactersMax = 65_536;

/**
 * The content of a decrypted message, or `undefined` when there is nothing to tell: protocol messages, and stanzas that only carry
 * a group's sender key.
 *
 * @example readContent({ conversation: 'hello' }) // { type: 'text', text: 'hello' }
 */
export function readContent(message: proto.IMessage): MessageContent | undefined {
  const inner = normalizeMessageContent(message) ?? message;
  const text = inner.conversation || inner.extendedTextMessage?.text;
  if (text) return { type: 'text', text: text.slice(0, textCharactersMax) };
  const [kind] = Object.entries(inner)
    .filter(([name, value]) => value !== null && value !== undefined && value !== '' && !companions.has(name))
    .map(([name]) => name);
  if (kind === undefined || kind === 'protocolMessage') return undefined;
  return { type: 'unsupported', kind };
}
