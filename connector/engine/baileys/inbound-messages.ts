import {
  type AuthenticationCreds,
  type BaileysEventMap,
  type BinaryNode,
  encodeWAMessage,
  isJidGroup,
  proto,
  unpadRandomMax16,
  type WASocket,
} from '@whiskeysockets/baileys';
import type { ConnectOptions, EngineEvent, IncomingMessage } from '../port.ts';
import { complete, identifyIn } from './complete-message.ts';
import { createIdentify } from './content/identify.ts';
import { readTimer } from './content/read-timer.ts';
import { identityOfJid, phoneOfJid } from './identity-of-jid.ts';
import { jidsOfResent, readResentMessage } from './read-resent-message.ts';
import { type OwnAddresses, readStanza } from './read-stanza.ts';
import { createStanzaTracker } from './stanza-tracker.ts';

/** Stands for bytes that are no message: any field without a reader. */
const unreadable: proto.IMessage = { chat: {} };
const undecodable = { type: 'unsupported', kind: 'undecodable' } as const;

export interface InboundMessagesOptions {
  readonly creds: AuthenticationCreds;
  readonly port: Pick<ConnectOptions, 'sessionId' | 'vault' | 'onMessage' | 'wasTaken' | 'findProtocol'>;
  readonly socket: () => WASocket;
  /** After the end nothing may be committed that the next owner has not seen. */
  readonly isClosing: () => boolean;
  /** Something was decrypted that came in no stanza, so nobody can say what it is. */
  readonly onUnknown: () => void;
  /** A message could not be made durable: the socket must end before anything else happens on it. */
  readonly onLost: () => void;
  readonly emit: (event: EngineEvent) => void;
  readonly learnGroup: (groupId: string) => void;
}

/**
 * The way of a message from its stanza to the port: out of the decryption itself (see `durable-repository.ts`), or, for what
 * the phone sent again on request and for channels, which are not encrypted, out of Baileys' own event.
 */
export function createInboundMessages(options: InboundMessagesOptions) {
  const { creds, port, socket, isClosing, onUnknown, onLost, emit, learnGroup } = options;
  const stanzas = createStanzaTracker();
  const own = () => ownAddresses(creds);

  const alternateOf = (stanza: BinaryNode, senderJid: string) => alternateIn(socket(), stanza, senderJid);

  const hand = async (message: IncomingMessage): Promise<void> => {
    if (isClosing()) throw new Error('The connection is closing.');
    await port.onMessage(message);
  };

  const take = async (stanza: BinaryNode, decoded: proto.IMessage | undefined, senderJid: string, me: OwnAddresses) => {
    const { attrs } = stanza;
    const message = decoded ?? unreadable;
    const recipient = message.deviceSentMessage?.destinationJid ?? attrs.recipient;
    const [knownAlternate, identify] = await Promise.all([
      alternateOf(stanza, senderJid),
      identifyIn(port, me, message, recipient),
    ]);
    const found = readStanza({ sessionId: port.sessionId, attrs, message, me, knownAlternate, identify });
    const read = found !== undefined && decoded === undefined ? { ...found, content: undecodable } : found;
    if (read === undefined) return tellRest(emit, message, attrs);
    await hand(await complete(read, { port, me, identify }));
    if (isJidGroup(read.rawChatId)) learnGroup(read.rawChatId);
  };

  return {
    /** To be called for each message stanza, before Baileys' own listener, which starts the decryption. */
    remember: stanzas.remember,

    /** Runs inside the key transaction of the decryption. Resolves to what Baileys shall go on with instead, if anything. */
    publish: async (
      ciphertext: Uint8Array,
      plaintext: Uint8Array,
      senderJid: string,
    ): Promise<Uint8Array | undefined> => {
      const stanza = stanzas.find(ciphertext);
      const me = own();
      if (stanza === undefined || me === undefined) {
        onUnknown();
        return undefined;
      }
      const message = decode(plaintext);
      try {
        await take(stanza, message, senderJid, me);
      } catch (error) {
        // Ended before the error goes on: on an open socket Baileys would tell WhatsApp that it could not decrypt.
        onLost();
        throw error;
      }
      if (message !== undefined) return undefined;
      emit({ type: 'skipped', messageId: stanza.attrs.id ?? '', reason: 'undecodable' });
      return encodeWAMessage({});
    },

    /** An empty message: Baileys acknowledges it and finds nothing to tell. */
    recallRepeat: async (ciphertext: Uint8Array, senderJid: string): Promise<Uint8Array | undefined> => {
      const stanza = stanzas.find(ciphertext);
      const id = stanza?.attrs.id;
      if (stanza === undefined || id === undefined) return undefined;
      const sender = stanza.attrs.participant || stanza.attrs.from || '';
      const from = identityOfJid(sender, await alternateOf(stanza, senderJid));
      return (await port.wasTaken(id, from)) ? encodeWAMessage({}) : undefined;
    },

    /** Messages come out of the decryption itself; only what the phone sent again on request, and channels, come this way alone. */
    takeUpsert: ({ messages, requestId }: BaileysEventMap['messages.upsert']): void => {
      const me = own();
      if (me === undefined) return;
      for (const message of messages) {
        const reason = absenceOf(message);
        if (reason !== undefined) emit({ type: 'skipped', messageId: message.key.id ?? '', reason });
        if (requestId === undefined && message.key.remoteJid?.endsWith('@newsletter') !== true) continue;
        if (isClosing()) continue;
        createIdentify(port.vault, me, jidsOfResent(message))
          .then(async (identify) => {
            const incoming = readResentMessage(port.sessionId, message, me, identify);
            if (incoming !== undefined) await hand(await complete(incoming, { port, me, identify }));
          })
          .catch(onLost);
      }
    },
  };
}

export type InboundMessages = ReturnType<typeof createInboundMessages>;

/** Baileys decrypts under the LID when it knows one, so that address is often the answer already. */
async function alternateIn(socket: WASocket, { attrs }: BinaryNode, senderJid: string): Promise<string | undefined> {
  const sender = attrs.participant ?? attrs.from ?? '';
  if (phoneOfJid(sender) !== undefined) return senderJid.endsWith('lid') ? senderJid : undefined;
  return (await socket.signalRepository.lidMapping.getPNForLID(sender)) ?? undefined;
}

/** What shows nothing: the timer of a chat, or something between devices. It is told, so that no message goes without a trace. */
function tellRest(emit: (event: EngineEvent) => void, message: proto.IMessage, attrs: BinaryNode['attrs']): void {
  const timer = readTimer(message, attrs);
  if (timer !== undefined) emit(timer);
  // Own devices talk all the time, and sender keys come along with messages that tell of themselves.
  if (attrs.category === 'peer' || message.senderKeyDistributionMessage) return;
  const reason = timer === undefined ? (message.protocolMessage ? 'for_devices' : 'empty') : 'chat_timer';
  emit({ type: 'skipped', messageId: attrs.id ?? '', reason });
}

function ownAddresses({ me }: AuthenticationCreds): OwnAddresses | undefined {
  return me === undefined ? undefined : { id: me.id, lid: me.lid };
}

/** `undefined` for bytes that are no message of the protocol; their sender may be anybody. */
function decode(plaintext: Uint8Array): proto.Message | undefined {
  try {
    return proto.Message.decode(unpadRandomMax16(plaintext));
  } catch {
    // Told as a message of an unsupported kind, and counted.
    return undefined;
  }
}

/** Why a message came without content: WhatsApp left it out, or it could not be decrypted. Both are asked for again. */
function absenceOf({ messageStubType, messageStubParameters, message }: proto.IWebMessageInfo): string | undefined {
  if (message || messageStubType !== proto.WebMessageInfo.StubType.CIPHERTEXT) return undefined;
  return messageStubParameters?.[0] === 'Message absent from node' ? 'absent' : 'not_decrypted';
}
