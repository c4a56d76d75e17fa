import {
  type AuthenticationCreds,
  type BaileysEventMap,
  type BinaryNode,
  encodeWAMessage,
  proto,
  unpadRandomMax16,
  type WASocket,
} from '@whiskeysockets/baileys';
import type { ConnectOptions } from '../port.ts';
import { identityOfJid, phoneOfJid } from './identity-of-jid.ts';
import { readResentMessage } from './read-resent-message.ts';
import { readStanza } from './read-stanza.ts';
import { createStanzaTracker } from './stanza-tracker.ts';

export interface InboundMessagesOptions {
  readonly creds: AuthenticationCreds;
  readonly port: Pick<ConnectOptions, 'onMessage' | 'wasTaken'>;
  readonly socket: () => WASocket;
  /** After the end nothing may be committed that the next owner has not seen. */
  readonly isClosing: () => boolean;
  /** Something was decrypted that came in no stanza, so nobody can say what it is. */
  readonly onUnknown: () => void;
  /** A message could not be made durable: the socket must end before anything else happens on it. */
  readonly onLost: () => void;
}

/**
 * The way of a message from its stanza to the port: out of the decryption itself (see `durable-repository.ts`), or, for what
 * the phone sent again on request, out of Baileys' own event.
 */
export function createInboundMessages({ creds, port, socket, isClosing, onLost, onUnknown }: InboundMessagesOptions) {
  const stanzas = createStanzaTracker();

  /** Baileys decrypts under the LID when it knows one, so that address is often the answer already. */
  const alternateOf = async ({ attrs }: BinaryNode, senderJid: string): Promise<string | undefined> => {
    const sender = attrs.participant ?? attrs.from ?? '';
    if (phoneOfJid(sender) !== undefined) return senderJid.endsWith('lid') ? senderJid : undefined;
    return (await socket().signalRepository.lidMapping.getPNForLID(sender)) ?? undefined;
  };

  return {
    /** To be called for each message stanza, before Baileys' own listener, which starts the decryption. */
    remember: stanzas.remember,

    /** Runs inside the key transaction of the decryption. */
    publish: async (ciphertext: Uint8Array, plaintext: Uint8Array, senderJid: string): Promise<void> => {
      const stanza = stanzas.find(ciphertext);
      const id = creds.me?.id;
      if (stanza === undefined || id === undefined) {
        onUnknown();
        return;
      }
      const message = readStanza({
        attrs: stanza.attrs,
        message: proto.Message.decode(unpadRandomMax16(plaintext)),
        me: { id, lid: creds.me?.lid },
        knownAlternate: await alternateOf(stanza, senderJid),
      });
      if (message === undefined) return;
      if (isClosing()) throw new Error('The connection is closing.');
      try {
        await port.onMessage(message);
      } catch (error) {
        // Ended before the error goes on: on an open socket Baileys would tell WhatsApp that it could not decrypt.
        onLost();
        throw error;
      }
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

    /** Messages come out of the decryption itself; only what the phone sent again on request comes this way alone. */
    takeUpsert: ({ messages, requestId }: BaileysEventMap['messages.upsert']): void => {
      const id = creds.me?.id;
      if (requestId === undefined || id === undefined) return;
      for (const message of messages) {
        const incoming = readResentMessage(message, { id, lid: creds.me?.lid });
        if (incoming === undefined || isClosing()) continue;
        port.onMessage(incoming).catch(onLost);
      }
    },
  };
}

export type InboundMessages = ReturnType<typeof createInboundMessages>;
