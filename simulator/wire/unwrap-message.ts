import type { Message } from './message-content.ts';

/** What lies around the content of a message. */
export interface Unwrapped {
  readonly content: Message;
  readonly isViewOnce: boolean;
}

const wrappersMax = 5;

/** Takes a message out of the envelopes in which clients put disappearing, view-once and captioned content, one inside the other. */
export function unwrapMessage(message: Message): Unwrapped {
  let content = message;
  let isViewOnce = false;
  for (let depth = 0; depth < wrappersMax; depth++) {
    const once = content.viewOnceMessage ?? content.viewOnceMessageV2 ?? content.viewOnceMessageV2Extension;
    const wrapper =
      once ??
      content.ephemeralMessage ??
      content.documentWithCaptionMessage ??
      content.editedMessage ??
      content.associatedChildMessage ??
      content.groupStatusMessage ??
      content.groupStatusMessageV2;
    if (!wrapper?.message) break;
    if (once) isViewOnce = true;
    const info = wrapper.message.messageContextInfo ?? content.messageContextInfo;
    content = info == null ? wrapper.message : { ...wrapper.message, messageContextInfo: info };
  }
  return { content, isViewOnce };
}

const beside: ReadonlySet<string> = new Set([
  'messageContextInfo',
  'senderKeyDistributionMessage',
  'deviceSentMessage',
]);

/** The name of what a message holds, such as `imageMessage`; undefined when it holds nothing. */
export function contentName(message: Message): string | undefined {
  return Object.entries(message).find(([name, value]) => value != null && value !== '' && !beside.has(name))?.[0];
}
