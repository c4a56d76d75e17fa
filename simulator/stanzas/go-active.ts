import type { Account } from '../accounts/account.ts';
import type { Companion } from '../accounts/companion.ts';
import type { QueuedStanza } from '../accounts/device-queue.ts';
import type { Connection } from '../connection.ts';
import { sendPeerMessage } from '../phone/send-peer-message.ts';
import { writePushName } from '../wire/app-state.ts';
import { type Node, node, serverJid } from '../wire/node.ts';
import { appStateKeyShare, historyNotification, type PastChat } from '../wire/peer-messages.ts';
import type { World } from '../world/world.ts';

/** A client that never asks for app state has chosen to live without. */
const bootstrapsMax = 3;
/** The history goes inside a message. */
const pastChatsMax = 500;

/** The client asked for its messages: everything in its queue goes out, and from now on new stanzas go out at once. */
export function goActive(connection: Connection): void {
  const { companion } = connection;
  if (companion === undefined || connection.isActive) return;
  const { isBootstrapped, bootstraps } = companion.state;
  const mustBootstrap = !isBootstrapped && bootstraps < bootstrapsMax;
  if (mustBootstrap) companion.queue.dropAfterOffline();
  const waiting = companion.queue.all();
  const offline = waiting.filter((queued) => !queued.afterOffline);
  if (offline.length > 0) connection.send(offlinePreview(offline));
  for (const [index, queued] of offline.entries()) {
    sendQueued(connection, queued, { ...queued.stanza.attrs, offline: String(index) });
  }
  connection.send(node('ib', { from: serverJid }, [node('offline', { count: String(offline.length) })]));
  for (const queued of waiting) {
    if (queued.afterOffline) sendQueued(connection, queued, queued.stanza.attrs);
  }
  connection.isActive = true;
  if (mustBootstrap) bootstrap(connection.world, companion);
}

function sendQueued(connection: Connection, queued: QueuedStanza, attrs: Node['attrs']): void {
  queued.sentOn = connection.id;
  connection.send({ ...queued.stanza, attrs });
}

function offlinePreview(offline: readonly QueuedStanza[]): Node {
  const count = (tag: string) => String(offline.filter(({ stanza }) => stanza.tag === tag).length);
  return node('ib', { from: serverJid }, [
    node('offline_preview', {
      count: String(offline.length),
      message: count('message'),
      receipt: count('receipt'),
      notification: count('notification'),
      appdata: '0',
    }),
  ]);
}

/**
 * At its first login a device gets the app state key and then a history, in this order, and waits for both. One that dies before it has
 * made use of them waits again the next time, although it has acknowledged them, so they are sent again.
 */
function bootstrap(world: World, companion: Companion): void {
  const account = world.directory.find(companion.phone);
  if (account === undefined) return;
  companion.state.bootstraps++;
  companion.keep();
  account.serial
    .run(() => bootstrapDevice(world, account, companion))
    .catch((error) => world.logger.warn({ err: error, phone: account.phone }, 'the first history was not sent'));
}

async function bootstrapDevice(world: World, account: Account, companion: Companion): Promise<void> {
  const state = account.appState();
  if (state.collections.critical_block === undefined) {
    await writePushName(state, account.state.name, Date.now());
    account.keep();
  }
  const share = appStateKeyShare(Buffer.from(state.keyId, 'base64'), Buffer.from(state.keyData, 'base64'), Date.now());
  await sendPeerMessage(account, companion, share);
  await sendPeerMessage(
    account,
    companion,
    historyNotification([{ pnJid: account.jid('pn'), lidJid: account.jid('lid') }], pastChats(world, account)),
  );
}

/** People whom this phone has exchanged messages with, as far as it remembers. */
function pastChats(world: World, account: Account): PastChat[] {
  const lastAt = new Map<string, string>();
  for (const { chat, receivedAt } of account.inbox.since(0)) lastAt.set(chat, receivedAt);
  for (const { to, at } of account.outbox.all()) if ((lastAt.get(to) ?? '') < at) lastAt.set(to, at);
  return [...lastAt].slice(-pastChatsMax).flatMap(([phone, at]) => {
    const other = world.directory.find(phone);
    if (other === undefined || other === account) return [];
    const lastMessageSeconds = Math.floor(Date.parse(at) / 1_000);
    return [{ pnJid: other.jid('pn'), lidJid: other.jid('lid'), lastMessageSeconds }];
  });
}
