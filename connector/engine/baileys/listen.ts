import type { AuthenticationCreds, BaileysEventMap, BinaryNode, WASocket } from '@whiskeysockets/baileys';
import type { EngineEvent } from '../port.ts';
import type { Acknowledgements } from './acknowledgements.ts';
import { type CredentialSaver, isLinkedCredentials } from './credential-saver.ts';
import { readGroupNotification } from './groups/read-group-notification.ts';
import { identityOfJid } from './identity-of-jid.ts';
import type { InboundMessages } from './inbound-messages.ts';
import { readAccount } from './read-account.ts';
import { readCall } from './read-call.ts';
import { readPastChats } from './read-past-chats.ts';
import { readPresence } from './read-presence.ts';
import { readReceipt } from './read-receipt.ts';

export interface ListenOptions {
  readonly socket: Pick<WASocket, 'ws' | 'ev'>;
  readonly creds: AuthenticationCreds;
  readonly saver: CredentialSaver;
  readonly acknowledgements: Acknowledgements;
  readonly inbound: InboundMessages;
  readonly now: () => number;
  readonly emit: (event: EngineEvent) => void;
  readonly onFrame: () => void;
  readonly onConnection: (update: BaileysEventMap['connection.update']) => void;
}

/** Attaches everything that listens to a socket: to its stanzas where they are the truth, else to Baileys' events. */
export function listen(options: ListenOptions): void {
  listenToStanzas(options);
  listenToEvents(options);
}

function listenToStanzas({ socket: { ws }, acknowledgements, inbound, now, emit, onFrame }: ListenOptions): void {
  ws.on('frame', onFrame);
  // Before Baileys' own listener, which starts the decryption.
  ws.prependListener('CB:message', inbound.remember);
  ws.on('CB:ack,class:message', ({ attrs }: BinaryNode) => acknowledgements.take(attrs));
  ws.on('CB:receipt', (node: BinaryNode) => {
    const receipt = readReceipt(node, now());
    if (receipt === undefined) return;
    acknowledgements.takeReceipt(receipt.messageIds, receipt.at);
    emit(receipt);
  });
  listenToDirectory(ws, now, emit);
  ws.on('CB:notification', ({ attrs, content }: BinaryNode) => {
    const names = [attrs.type, ...(Array.isArray(content) ? content.map(({ tag }) => tag) : [])];
    if (names.includes('passkey_prologue_request')) emit({ type: 'passkey_required' });
  });
}

/** People, groups and calls: read from the stanzas, since Baileys buffers and merges its events. */
function listenToDirectory(ws: WASocket['ws'], now: () => number, emit: ListenOptions['emit']): void {
  ws.on('CB:notification,type:w:gp2', (node: BinaryNode) => {
    for (const event of readGroupNotification(node, now())) emit(event);
  });
  ws.on('CB:call', (node: BinaryNode) => {
    const call = readCall(node, now());
    if (call !== undefined) emit(call);
  });
  for (const name of ['CB:presence', 'CB:chatstate']) {
    ws.on(name, (node: BinaryNode) => {
      const presence = readPresence(node);
      if (presence !== undefined) emit(presence);
    });
  }
}

function listenToEvents({ socket: { ev }, creds, saver, inbound, emit, onConnection }: ListenOptions): void {
  ev.on('creds.update', (update) => {
    saver.save();
    if (update.me?.name === undefined || !isLinkedCredentials(creds)) return;
    emit({ type: 'account', account: readAccount(creds) });
  });
  // Caught before the buffer of Baileys, which forgets `requestId` and is emptied by the end of a socket.
  const emitOfBaileys = ev.emit.bind(ev);
  ev.emit = (event, data) => {
    if (event === 'messages.upsert') inbound.takeUpsert(data as BaileysEventMap['messages.upsert']);
    return emitOfBaileys(event, data);
  };
  ev.on('connection.update', onConnection);
  ev.on('lid-mapping.update', ({ lid, pn }) => emit({ type: 'addresses', people: [identityOfJid(lid, pn)] }));
  ev.on('messaging-history.set', ({ lidPnMappings = [], contacts, chats }) => {
    emit({ type: 'addresses', people: lidPnMappings.map(({ lid, pn }) => identityOfJid(lid, pn)) });
    if (chats.length > 0) emit({ type: 'past_chats', chats: readPastChats(chats) });
    const named = contacts.filter(({ id, notify, name }) => id && (notify || name));
    emit({
      type: 'contacts',
      people: named.map(({ id, lid, phoneNumber, notify, name }) =>
        identityOfJid(id, lid ?? phoneNumber, (notify ?? name)?.slice(0, 256)),
      ),
    });
  });
}
