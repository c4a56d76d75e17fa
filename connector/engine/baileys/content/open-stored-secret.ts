import { createHash } from 'node:crypto';
import type { proto } from '@whiskeysockets/baileys';
import type { Identity } from '../../../../core/identity.ts';
import type { MessageContent } from '../../../../core/messages/message-content.ts';
import type { ConnectOptions } from '../../port.ts';
import { identityOfJid } from '../identity-of-jid.ts';
import type { OwnAddresses } from '../read-stanza.ts';
import type { Identify } from './identify.ts';
import { contentOfSecret, openSecret, type SecretChange } from './open-secret.ts';
import { readProtocol } from './protocol-bytes.ts';
import { editedText } from './read-change.ts';
import { unwrapMessage } from './unwrap-message.ts';

export interface OpenStoredSecretParts extends Pick<ConnectOptions, 'findProtocol'> {
  readonly me: OwnAddresses;
  /** Who made the change. */
  readonly from: Identity;
  readonly identify: Identify;
}

/**
 * Opens a vote, reaction or edit with the secret of the stored message that it changes; `undefined` when that message is unknown or the
 * secret does not fit.
 *
 * @example await openStoredSecret(change, { findProtocol, me, from, identify }) // { type: 'poll_vote', … }
 */
export async function openStoredSecret(
  change: SecretChange,
  { findProtocol, me, from, identify }: OpenStoredSecretParts,
): Promise<MessageContent | undefined> {
  const protocol = await findProtocol(change.target.messageId);
  if (protocol === undefined) return undefined;
  const { key, message } = readProtocol(protocol);
  const secret = message?.messageContextInfo?.messageSecret;
  if (!message || !secret || secret.length === 0) return undefined;
  const author = key?.fromMe ? identityOfJid(me.id, me.lid) : identify(key?.participant || key?.remoteJid || '');
  const opened = openSecret(change, { secret, authors: addressesOf(author), changers: addressesOf(from) });
  if (opened === undefined) return undefined;
  return contentOfSecret(change, opened, { optionOf: optionsByHash(message), editedText });
}

function addressesOf({ id, phone, lid }: Identity): string[] {
  const phoneAddress = phone === null ? undefined : `${phone.replace('+', '')}@s.whatsapp.net`;
  return [...new Set([lid ?? undefined, phoneAddress, id].filter((address) => address !== undefined))];
}

function optionsByHash(outer: proto.IMessage): (sha256Hex: string) => string | undefined {
  const { message } = unwrapMessage(outer);
  const poll =
    message.pollCreationMessage ??
    message.pollCreationMessageV2 ??
    message.pollCreationMessageV3 ??
    message.pollCreationMessageV5;
  const names = (poll?.options ?? []).map(({ optionName }) => optionName ?? '');
  const byHash = new Map(names.map((name) => [createHash('sha256').update(name).digest('hex'), name]));
  return (hash) => byHash.get(hash);
}
