import type { Account } from '../accounts/account.ts';
import type { Companion } from '../accounts/companion.ts';
import { encodeMessage, type Message } from '../wire/message-content.ts';
import { node } from '../wire/node.ts';
import { encryptFor, newMessageId, nowSeconds } from './message-stanza.ts';

/** A message between the devices of one account: keys, history. Nobody sees it in a chat. */
export async function sendPeerMessage(account: Account, companion: Companion, message: Message): Promise<void> {
  const encrypted = await encryptFor(account, companion, encodeMessage(message));
  const attributes = { from: account.jid(), id: newMessageId(), t: nowSeconds(), type: 'text', category: 'peer' };
  companion.deliver(node('message', attributes, [encrypted]), { afterOffline: true });
}
