import type { proto } from '@whiskeysockets/baileys';
import type { ContactCard, MessageContent } from '../../../../core/messages/message-content.ts';
import { cutText, nameCharactersMax, urlCharactersMax } from './cut-text.ts';
import type { ContentReaders } from './read-parts.ts';

/** Bounds on what one message may make of an event, whatever its sender wrote. */
const cardsMax = 100;
const phonesMax = 20;
const vcardCharactersMax = 16_384;
const vcardsCharactersMax = 98_304;
const optionsMax = 100;
/** Of a description that WhatsApp took from a page. */
const descriptionCharactersMax = 2_048;

/** Readers of what a chat shows and carries no file. */
export const shownReaders: ContentReaders = {
  conversation: (text) => textOf(text),
  extendedTextMessage: (part) => readText(part),
  locationMessage: (part) => readLocation(part, part.isLive === true),
  liveLocationMessage: (part) => readLocation({ ...part, name: part.caption ?? null }, true),
  contactMessage: (part) => ({ type: 'contacts', contacts: readCards([part]) }),
  contactsArrayMessage: (part) => ({ type: 'contacts', contacts: readCards(part.contacts ?? []) }),
  pollCreationMessage: readPoll,
  pollCreationMessageV2: readPoll,
  pollCreationMessageV3: readPoll,
  pollCreationMessageV5: readPoll,
};

/** A text message, or nothing for an empty text. */
export function textOf(text: string | null | undefined): MessageContent | undefined {
  const cut = cutText(text);
  return cut === undefined ? undefined : { type: 'text', text: cut };
}

function readText(part: proto.Message.IExtendedTextMessage): MessageContent | undefined {
  const text = cutText(part.text);
  if (text === undefined) return undefined;
  const url = cutText(part.matchedText, urlCharactersMax);
  const title = cutText(part.title, nameCharactersMax);
  if (url === undefined || title === undefined) return { type: 'text', text };
  const description = cutText(part.description, descriptionCharactersMax);
  return { type: 'text', text, linkPreview: { url, title, ...(description === undefined ? {} : { description }) } };
}

/** A place; `unsupported` where the numbers are no place on Earth. */
export function readLocation(part: proto.Message.ILocationMessage, live: boolean): MessageContent {
  const { degreesLatitude, degreesLongitude } = part;
  if (!isWithin(degreesLatitude, 90) || !isWithin(degreesLongitude, 180)) {
    return { type: 'unsupported', kind: 'locationMessage' };
  }
  const name = cutText(part.name, nameCharactersMax);
  const address = cutText(part.address, nameCharactersMax);
  return {
    type: 'location',
    location: {
      latitude: toStep(degreesLatitude),
      longitude: toStep(degreesLongitude),
      ...(name === undefined ? {} : { name }),
      ...(address === undefined ? {} : { address }),
      ...(live ? { live } : {}),
    },
  };
}

/** A centimetre on Earth. A double can be nearer to nought than any number that DynamoDB takes. */
const stepsPerDegree = 10_000_000;

function toStep(degrees: number): number {
  // Nought without a sign.
  return Math.round(degrees * stepsPerDegree) / stepsPerDegree + 0;
}

function isWithin(degrees: number | null | undefined, max: number): degrees is number {
  return typeof degrees === 'number' && Math.abs(degrees) <= max;
}

function readCards(cards: readonly proto.Message.IContactMessage[]): ContactCard[] {
  let room = vcardsCharactersMax;
  return cards.slice(0, cardsMax).map(({ displayName, vcard }) => {
    const card = cutText(withoutPictures(vcard ?? ''), Math.min(room, vcardCharactersMax)) ?? '';
    room -= card.length;
    const organization = cutText(fieldsOf(card, 'ORG')[0]?.split(';')[0], nameCharactersMax);
    return {
      name: cutText(displayName ?? fieldsOf(card, 'FN')[0], nameCharactersMax) ?? '',
      phones: fieldsOf(card, 'TEL').slice(0, phonesMax),
      ...(organization === undefined ? {} : { organization }),
      vcard: card,
    };
  });
}

/** A picture inside a card is folded over many lines, each continued by a blank. */
function withoutPictures(vcard: string): string {
  return vcard.slice(0, 1_048_576).replace(/^(?:item\d+\.)?PHOTO[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n?/gim, '');
}

/** Values of a field, for example `TEL;type=CELL;waid=49…:+49 …`. */
function fieldsOf(vcard: string, field: 'TEL' | 'ORG' | 'FN'): string[] {
  const line = new RegExp(`^(?:item\\d+\\.)?${field}(?:;[^:\\r\\n]*)?:([^\\r\\n]+)`, 'gim');
  return [...vcard.matchAll(line)].map(([, value]) => cutText(value?.trim(), nameCharactersMax) ?? '').filter(Boolean);
}

function readPoll(part: proto.Message.IPollCreationMessage): MessageContent {
  const options = (part.options ?? [])
    .slice(0, optionsMax)
    .map(({ optionName }) => cutText(optionName, nameCharactersMax) ?? '');
  return {
    type: 'poll',
    poll: {
      question: cutText(part.name, nameCharactersMax) ?? '',
      options,
      selectableCount: Math.min(Math.max(part.selectableOptionsCount ?? 0, 0), options.length),
    },
  };
}
