import type { Message } from './message-content.ts';

export interface Preview {
  readonly url: string;
  readonly title: string;
  readonly description?: string | undefined;
}

export interface Place {
  readonly latitude: number;
  readonly longitude: number;
  readonly name?: string | undefined;
  readonly address?: string | undefined;
  readonly live?: boolean | undefined;
}

export interface Card {
  readonly name: string;
  readonly phone?: string | undefined;
  /** Made from name and phone when absent. */
  readonly vcard?: string | undefined;
}

/** A text, with the preview of a link in it if one is given. */
export function textMessage(text: string, preview?: Preview): Message {
  if (preview === undefined) return { conversation: text };
  const { url, title, description } = preview;
  return {
    extendedTextMessage: { text, matchedText: url, title, ...(description === undefined ? {} : { description }) },
  };
}

export function locationMessage({ latitude, longitude, name, address, live }: Place): Message {
  const place = { degreesLatitude: latitude, degreesLongitude: longitude };
  if (live) return { liveLocationMessage: { ...place, accuracyInMeters: 10, sequenceNumber: 1 } };
  return {
    locationMessage: {
      ...place,
      ...(name === undefined ? {} : { name }),
      ...(address === undefined ? {} : { address }),
    },
  };
}

/** One contact card, or several as clients send them together. */
export function contactsMessage(cards: readonly Card[]): Message {
  const contacts = cards.map((card) => ({ displayName: card.name, vcard: card.vcard ?? vcardOf(card) }));
  const [first] = contacts;
  if (contacts.length === 1 && first !== undefined) return { contactMessage: first };
  return { contactsArrayMessage: { displayName: `${contacts.length} contacts`, contacts } };
}

function vcardOf({ name, phone }: Card): string {
  const digits = (phone ?? '').replaceAll(/\D/g, '');
  const number = phone === undefined ? '' : `TEL;type=CELL;waid=${digits}:+${digits}\n`;
  return `BEGIN:VCARD\nVERSION:3.0\nFN:${name}\n${number}END:VCARD`;
}
