import type { proto } from '@whiskeysockets/baileys';
import type { ConnectOptions, IncomingMessage } from '../port.ts';
import { createIdentify, type Identify } from './content/identify.ts';
import { jidsOfMessage } from './content/jids-of-message.ts';
import { openStoredSecret } from './content/open-stored-secret.ts';
import type { OwnAddresses, StanzaMessage } from './read-stanza.ts';

/** Identities of whomever a message names: by mention, quote or change, and in an own message the chat itself. */
export function identifyIn(
  port: Pick<ConnectOptions, 'vault'>,
  me: OwnAddresses,
  message: proto.IMessage,
  recipient: string | null | undefined,
): Promise<Identify> {
  const inner = message.deviceSentMessage?.message ?? message;
  return createIdentify(port.vault, me, [...jidsOfMessage(inner), ...(recipient ? [recipient] : [])]);
}

/** Opens what is encrypted once more; what cannot be opened arrives under the protocol's name of it. */
export async function complete(
  read: StanzaMessage,
  {
    port,
    me,
    identify,
  }: {
    readonly port: Pick<ConnectOptions, 'findProtocol'>;
    readonly me: OwnAddresses;
    readonly identify: Identify;
  },
): Promise<IncomingMessage> {
  const { content } = read;
  if (content.type !== 'secret') return { ...read, content };
  const opened = await openStoredSecret(content, { ...port, me, from: read.from, identify });
  return { ...read, content: opened ?? { type: 'unsupported', kind: content.kind } };
}
