import type { proto } from '@whiskeysockets/baileys';
import type { MessageContent } from '../../../../core/messages/message-content.ts';
import type { ContentReaders } from './read-parts.ts';
import { textOf } from './read-shown.ts';

/**
 * Readers of what businesses send and what people answer by pressing: Wharf shows the words, which is what a person reads. A kind
 * without any words falls through to `unsupported`.
 */
export const interactiveReaders: ContentReaders = {
  templateMessage: (part) => {
    const filled = part.hydratedTemplate ?? part.hydratedFourRowTemplate;
    const interactive = part.interactiveMessageTemplate;
    return (
      lines(filled?.hydratedTitleText, filled?.hydratedContentText, filled?.hydratedFooterText) ??
      (interactive ? wordsOf(interactive) : undefined)
    );
  },
  highlyStructuredMessage: (part) => {
    const filled = part.hydratedHsm?.hydratedTemplate;
    return lines(filled?.hydratedTitleText, filled?.hydratedContentText, filled?.hydratedFooterText);
  },
  buttonsMessage: (part) => lines(part.text, part.contentText, part.footerText),
  listMessage: (part) => lines(part.title, part.description, part.footerText),
  interactiveMessage: (part) => wordsOf(part),
  templateButtonReplyMessage: (part) => textOf(part.selectedDisplayText ?? part.selectedId),
  buttonsResponseMessage: (part) => textOf(part.selectedDisplayText ?? part.selectedButtonId),
  listResponseMessage: (part) => textOf(part.title ?? part.singleSelectReply?.selectedRowId),
  interactiveResponseMessage: (part) => textOf(part.body?.text),
  commentMessage: (part) => textOf(part.message?.conversation ?? part.message?.extendedTextMessage?.text),
};

function wordsOf({ header, body, footer }: proto.Message.IInteractiveMessage): MessageContent | undefined {
  return lines(header?.title, header?.subtitle, body?.text, footer?.text);
}

function lines(...parts: readonly (string | null | undefined)[]): MessageContent | undefined {
  return textOf(parts.filter(Boolean).join('\n'));
}
