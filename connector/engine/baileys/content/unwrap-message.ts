import type { proto } from '@whiskeysockets/baileys';

/** Fields that only hold another message. */
const wrappers = [
  'ephemeralMessage',
  'viewOnceMessage',
  'viewOnceMessageV2',
  'viewOnceMessageV2Extension',
  'documentWithCaptionMessage',
  'editedMessage',
  'associatedChildMessage',
  'groupStatusMessage',
  'groupStatusMessageV2',
  'groupMentionedMessage',
  'groupStatusMentionMessage',
  'statusMentionMessage',
  'statusAddYours',
  'botInvokeMessage',
  'botTaskMessage',
  'botForwardedMessage',
  'lottieStickerMessage',
  'eventCoverImage',
  'pollCreationMessageV4',
  'pollCreationOptionImageMessage',
  'limitSharingMessage',
  'questionMessage',
  'questionReplyMessage',
] as const satisfies readonly (keyof proto.IMessage)[];

const viewOnceWrappers: ReadonlySet<string> = new Set([
  'viewOnceMessage',
  'viewOnceMessageV2',
  'viewOnceMessageV2Extension',
]);

/** Real messages have at most three layers; more is somebody's experiment. */
const layersMax = 8;

export interface UnwrappedMessage {
  readonly message: proto.IMessage;
  readonly viewOnce: boolean;
}

/**
 * Takes a message out of what surrounds it: disappearing, view once, edited, a caption around a document, and more.
 *
 * @example unwrapMessage({ viewOnceMessageV2: { message: { imageMessage } } }) // { message: { imageMessage }, viewOnce: true }
 */
export function unwrapMessage(outer: proto.IMessage): UnwrappedMessage {
  let message = outer.deviceSentMessage?.message ?? outer;
  let viewOnce = false;
  for (let layer = 0; layer < layersMax; layer++) {
    const wrapper = wrappers.find((name) => message[name]?.message);
    const inner = wrapper === undefined ? undefined : message[wrapper]?.message;
    if (wrapper === undefined || !inner) break;
    viewOnce ||= viewOnceWrappers.has(wrapper);
    message = inner;
  }
  return { message, viewOnce };
}
