import type { Connection } from '../connection.ts';
import { presenceNode } from '../phone/show-presence.ts';
import { firstChild, type Node } from '../wire/node.ts';

/** A client comes or goes, or wants to hear whether somebody does. */
export function handlePresence(connection: Connection, { attrs: { type = 'available', to } }: Node): void {
  const { world, companion } = connection;
  if (type === 'available' || type === 'unavailable') {
    if (companion === undefined) return;
    companion.isAvailable = type === 'available';
    companion.presences[type] += 1;
    return;
  }
  const found = world.directory.resolve(to);
  if (found === undefined || type !== 'subscribe') return;
  connection.subscriptions.set(found.account.phone, found.jid.form);
  if (found.account.isAvailable) connection.send(presenceNode(found.account, found.jid.form));
}

/** A client types or records: the phones in the chat note it. */
export function handleChatState({ world, companion }: Connection, stanza: Node): void {
  const part = firstChild(stanza);
  const { to = '' } = stanza.attrs;
  if (companion === undefined || part === undefined) return;
  const state = part.attrs.media === 'audio' ? 'recording' : part.tag;
  const group = world.groups.find(to);
  const readers = group === undefined ? [world.directory.resolve(to)?.account.phone] : Object.keys(group.roles);
  for (const phone of readers) {
    if (phone === undefined || phone === companion.phone) continue;
    const chat = group?.id ?? companion.phone;
    world.directory.find(phone)?.chatStates.add({ from: companion.phone, chat, state, at: new Date().toISOString() });
  }
}
