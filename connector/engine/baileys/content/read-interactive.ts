import type { proto } from '@whiskeysockets/baileys';
import type { Choice, MessageContent } from '../../../../core/messages/message-content.ts';
import { cutText } from './cut-text.ts';
import type { ContentReaders } from './read-parts.ts';
import { textOf } from './read-shown.ts';

const idCharactersMax = 1_024;
const parametersCharactersMax = 65_536;

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
  templateButtonReplyMessage: (part) => pressed('template', part.selectedDisplayText, part.selectedId),
  buttonsResponseMessage: (part) => pressed('button', part.selectedDisplayText, part.selectedButtonId),
  listResponseMessage: (part) => pressed('list', part.title, part.singleSelectReply?.selectedRowId),
  interactiveResponseMessage: ({ body, nativeFlowResponseMessage: flow }) =>
    pressed('form', body?.text, idInParameters(flow?.paramsJson) ?? flow?.name),
  commentMessage: (part) => textOf(part.message?.conversation ?? part.message?.extendedTextMessage?.text),
};

function wordsOf({ header, body, footer }: proto.Message.IInteractiveMessage): MessageContent | undefined {
  return lines(header?.title, header?.subtitle, body?.text, footer?.text);
}

function lines(...parts: readonly (string | null | undefined)[]): MessageContent | undefined {
  return textOf(parts.filter(Boolean).join('\n'));
}

/** The words on what was pressed, and its id, which stands for the words where there are none. */
function pressed(
  kind: Choice['kind'],
  words: string | null | undefined,
  rawId: string | null | undefined,
): MessageContent | undefined {
  const id = cutText(rawId, idCharactersMax);
  const text = cutText(words) ?? id;
  if (text === undefined) return undefined;
  return id === undefined ? { type: 'text', text } : { type: 'text', text, choice: { kind, id } };
}

/** Newer clients answer with a form's fields as JSON, among them the id of the button. */
function idInParameters(json: string | null | undefined): string | undefined {
  if (!json || json.length > parametersCharactersMax) return undefined;
  try {
    const { id } = JSON.parse(json) as { readonly id?: unknown };
    return typeof id === 'string' ? id : undefined;
  } catch {
    // Somebody else's JSON; the form's name is left.
    return undefined;
  }
}
