import type { Account } from '../accounts/account.ts';
import { readSource } from '../media/plain-source.ts';
import { uploadFile } from '../media/upload-file.ts';
import type { Chat } from '../phone/chat.ts';
import { findTarget, type Target } from '../phone/message-key.ts';
import type { Composed } from '../phone/send-message.ts';
import { addContext, withoutContext } from '../wire/add-context.ts';
import { eventMessage, inviteMessage, orderMessage, pressedMessage, productMessage } from '../wire/business-content.ts';
import {
  disappearingMessage,
  editMessage,
  mediaMessage,
  pollMessage,
  reactionMessage,
  revokeMessage,
  voteMessage,
} from '../wire/compose-content.ts';
import type { AddressForm } from '../wire/jid.ts';
import { familyOf, type MediaKind } from '../wire/media-reference.ts';
import { type Message, readRawMessage } from '../wire/message-content.ts';
import { contactsMessage, locationMessage, textMessage } from '../wire/simple-content.ts';
import type { World } from '../world/world.ts';
import { ControlError } from './control-error.ts';
import { calledPhone } from './input.ts';
import { type FileBody, fileIn, type MessageBody } from './message-body.ts';

/** Who writes where, under which kind of address. */
export interface Writer {
  readonly phone: Account;
  readonly chat: Chat;
  readonly addressing: AddressForm;
}

/** A message with what the caller wants to know of its file. */
export interface ComposedMessage extends Composed {
  readonly file?: { readonly sha256: string; readonly size: number };
}

const mimeTypes: Readonly<Record<MediaKind, string>> = {
  image: 'image/jpeg',
  video: 'video/mp4',
  gif: 'video/mp4',
  audio: 'audio/mpeg',
  voice: 'audio/ogg; codecs=opus',
  document: 'application/octet-stream',
  sticker: 'image/webp',
};

/** Makes the message that a body describes, its file uploaded. Throws a 404 when it names a message or file that the phone does not have. */
export async function composeMessage(world: World, writer: Writer, body: MessageBody): Promise<ComposedMessage> {
  if (body.raw !== undefined) {
    const raw = Buffer.from(body.raw, 'base64');
    return { message: readRawMessage(raw), raw };
  }
  const given = fileIn(body);
  if (given === undefined) return { message: withContext(world, writer, body, composePlain(world, writer, body)) };
  const { message, file } = await composeFile(world, given.kind, given.file);
  return { message: withContext(world, writer, body, message), file };
}

async function composeFile(world: World, kind: MediaKind, given: FileBody) {
  const { mimeType = mimeTypes[kind], caption, fileName, seconds, ...source } = given;
  const plain = readSource(world.media.gallery, source);
  if (plain === undefined) throw new ControlError(404, 'unknown_media', `There is no file ${source.media}.`);
  const file = await uploadFile(world, familyOf[kind], plain);
  return {
    message: mediaMessage(kind, file, { mimeType, caption, fileName, seconds }),
    file: { sha256: file.fileSha256.toString('hex'), size: file.fileLength },
  };
}

function composePlain(world: World, writer: Writer, body: MessageBody): Message {
  if (body.location !== undefined) return locationMessage(body.location);
  if (body.contacts !== undefined) return contactsMessage(body.contacts);
  if (body.poll !== undefined) {
    return pollMessage(body.poll.question, body.poll.options, body.poll.selectableCount ?? 1);
  }
  if (body.pollVote !== undefined) return composeVote(world, writer, body.pollVote);
  if (body.reaction !== undefined) {
    return reactionMessage(target(world, writer, body.reaction.id).key, body.reaction.emoji);
  }
  if (body.edit !== undefined) return editMessage(target(world, writer, body.edit.id).key, body.edit.text);
  if (body.delete !== undefined) return revokeMessage(target(world, writer, body.delete.id).key);
  if (body.forward !== undefined) return forwarded(target(world, writer, body.forward.id));
  if (body.disappearing !== undefined) return disappearingMessage(body.disappearing.seconds);
  return composeBusiness(body) ?? textMessage(body.text ?? '', body.linkPreview);
}

function composeBusiness({ groupInvite, event, order, product, pressed }: MessageBody): Message | undefined {
  if (groupInvite !== undefined) return inviteMessage(groupInvite);
  if (event !== undefined) return eventMessage(event);
  if (order !== undefined) return orderMessage(order);
  if (product !== undefined) return productMessage(product);
  return pressed === undefined ? undefined : pressedMessage(pressed);
}

function composeVote(world: World, writer: Writer, { id, options }: { id: string; options: readonly string[] }) {
  const poll = target(world, writer, id);
  const secret = poll.archived.message.messageContextInfo?.messageSecret;
  if (!secret) throw new ControlError(409, 'no_poll', `The message ${id} is no poll.`);
  const voterJid = writer.phone.jid(writer.addressing);
  return voteMessage(poll.key, { pollId: id, creatorJid: poll.authorJid, voterJid, secret }, options);
}

function forwarded({ archived }: Target): Message {
  return addContext(withoutContext(archived.message), { isForwarded: true });
}

function withContext(world: World, writer: Writer, body: MessageBody, message: Message): Message {
  const quoted = body.reply === undefined ? undefined : target(world, writer, body.reply);
  return addContext(message, {
    reply:
      quoted === undefined
        ? undefined
        : { id: quoted.id, authorJid: quoted.authorJid, message: quoted.archived.message },
    mentionedJids: body.mentions?.map((phone) => calledPhone(world, phone).jid(writer.addressing)),
    mentionsAll: body.mentionsAll,
    isForwarded: body.forwarded,
    ephemeralSeconds: body.ephemeral ?? timerOf(writer.chat),
    isViewOnce: body.viewOnce,
  });
}

/** In a group whose messages disappear every message says when. */
function timerOf(chat: Chat): number | undefined {
  return chat.kind === 'group' && chat.group.ephemeral > 0 ? chat.group.ephemeral : undefined;
}

function target(world: World, writer: Writer, id: string): Target {
  const found = findTarget(world, writer, id);
  if (found === undefined) throw new ControlError(404, 'unknown_message', `The phone has no message ${id}.`);
  return found;
}
