import { encodeBareMessage, type Message } from '../../../simulator/wire/message-content.ts';

const file = {
  url: 'https://127.0.0.1/file',
  directPath: '/file',
  mediaKey: Buffer.alloc(32, 1),
  fileSha256: Buffer.alloc(32, 2),
  fileEncSha256: Buffer.alloc(32, 3),
  fileLength: 100,
  mimetype: 'image/jpeg',
};
const key = { id: 'ABCDEF0123456789', fromMe: true, remoteJid: '491570000002@s.whatsapp.net' };
const poll = { name: 'When?', options: [{ optionName: 'now' }, { optionName: 'later' }], selectableOptionsCount: 1 };
const sealed = { encPayload: Buffer.alloc(40, 4), encIv: Buffer.alloc(12, 5) };
const contextInfo = {
  stanzaId: 'ABCDEF',
  participant: '491570000002@s.whatsapp.net',
  quotedMessage: { conversation: 'before' },
  mentionedJid: ['491570000003@s.whatsapp.net'],
  expiration: 86_400,
};

/** One message of every kind, to be spoilt. */
const whole: readonly Message[] = [
  { conversation: 'hello' },
  {
    extendedTextMessage: {
      text: 'see https://example.com',
      matchedText: 'https://example.com',
      title: 'x',
      contextInfo,
    },
  },
  { imageMessage: { ...file, caption: 'look', jpegThumbnail: Buffer.alloc(20), contextInfo } },
  { videoMessage: { ...file, seconds: 3, gifPlayback: true } },
  { audioMessage: { ...file, ptt: true, waveform: Buffer.alloc(64) } },
  { documentWithCaptionMessage: { message: { documentMessage: { ...file, fileName: 'a', caption: 'b' } } } },
  { stickerMessage: { ...file, isAnimated: true } },
  { locationMessage: { degreesLatitude: 1, degreesLongitude: 2, name: 'x' } },
  { liveLocationMessage: { degreesLatitude: 1, degreesLongitude: 2 } },
  { contactsArrayMessage: { contacts: [{ displayName: 'Ann', vcard: 'BEGIN:VCARD\nFN:Ann\nEND:VCARD' }] } },
  { pollCreationMessageV3: poll, messageContextInfo: { messageSecret: Buffer.alloc(32) } },
  { pollUpdateMessage: { pollCreationMessageKey: key, vote: sealed } },
  { reactionMessage: { key, text: '👍' } },
  { encReactionMessage: { targetMessageKey: key, ...sealed } },
  { secretEncryptedMessage: { targetMessageKey: key, secretEncType: 2, ...sealed } },
  { protocolMessage: { key, type: 0 } },
  { protocolMessage: { key, type: 14, editedMessage: { conversation: 'second' } } },
  { protocolMessage: { type: 3, ephemeralExpiration: 86_400 } },
  { viewOnceMessageV2: { message: { imageMessage: { ...file, viewOnce: true } } } },
  { groupInviteMessage: { groupJid: '1@g.us', inviteCode: 'a', inviteExpiration: 1_800_000_000, groupName: 'b' } },
  { eventMessage: { name: 'Party', startTime: 1_800_000_000, location: { degreesLatitude: 1, degreesLongitude: 2 } } },
  { orderMessage: { orderId: '1', itemCount: 2, totalAmount1000: 1_000 } },
  { productMessage: { product: { productId: '1', title: 'Tea', priceAmount1000: 1_000 } } },
  { buttonsResponseMessage: { selectedButtonId: 'a', selectedDisplayText: 'b' } },
  { interactiveResponseMessage: { body: { text: 'a' }, nativeFlowResponseMessage: { paramsJson: '{"id":"a"}' } } },
  { templateMessage: { hydratedTemplate: { hydratedContentText: 'a' } } },
  { listMessage: { title: 'a', description: 'b' } },
  { paymentInviteMessage: { serviceType: 1 } },
  { requestPhoneNumberMessage: { contextInfo } },
];

/** Numbers from 0 to 1 that a seed determines (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

type Spoil = (bytes: Buffer, random: () => number) => Buffer;

const at = (bytes: Buffer, random: () => number) => Math.floor(random() * bytes.length);
const noise = (length: number, random: () => number) => Buffer.from(Array.from({ length }, () => random() * 256));

/** The ways in which bytes stop being what a client would write. */
export const spoils: Readonly<Record<string, Spoil>> = {
  'bits turned': (bytes, random) => {
    const copy = Buffer.from(bytes);
    for (let turns = 1 + random() * 4; turns > 0; turns--) {
      const position = at(copy, random);
      copy[position] = (copy[position] ?? 0) ^ (1 << (random() * 8));
    }
    return copy;
  },
  'cut off': (bytes, random) => bytes.subarray(0, at(bytes, random)),
  'another wire type': (bytes, random) => {
    const copy = Buffer.from(bytes);
    copy[0] = ((copy[0] ?? 0) & 0xf8) | Math.floor(random() * 8);
    return copy;
  },
  'a giant length': (bytes, random) => {
    const position = at(bytes, random);
    return Buffer.concat([bytes.subarray(0, position), Buffer.from('ffffffff7f', 'hex'), bytes.subarray(position)]);
  },
  'unknown fields': (bytes, random) =>
    // Field 15000, of a length, with anything inside.
    Buffer.concat([bytes, Buffer.from([0xc2, 0xa9, 0x07, 0x08]), noise(8, random)]),
  'unknown fields alone': (_, random) => Buffer.concat([Buffer.from([0xc2, 0xa9, 0x07, 0x08]), noise(8, random)]),
  'nested deep': (bytes, random) => {
    let nested = bytes;
    for (let depth = 2 + random() * 60; depth > 0; depth--) {
      // Field 37, viewOnceMessage, holds field 1, a message.
      const inner = Buffer.concat([Buffer.from([0x0a]), length(nested.length), nested]);
      nested = Buffer.concat([Buffer.from([0xaa, 0x02]), length(inner.length), inner]);
    }
    return nested;
  },
  noise: (_, random) => noise(1 + random() * 200, random),
  nothing: () => Buffer.alloc(0),
  'two in one': (bytes, random) => Buffer.concat([bytes, encodeBareMessage(pick(whole, random))]),
};

export interface FuzzedMessage {
  readonly name: string;
  readonly raw: Buffer;
}

/** So many spoilt messages, the same ones for the same seed; every kind in every way first of all. */
export function fuzzedMessages(seed: number, count: number): FuzzedMessage[] {
  const random = randomFrom(seed);
  const ways = Object.entries(spoils);
  return Array.from({ length: count }, (_, index) => {
    const [way, spoil] = ways[index % ways.length] as (typeof ways)[number];
    const message = whole[Math.floor(index / ways.length) % whole.length] as Message;
    return { name: `${Object.keys(message)[0]}, ${way}`, raw: spoil(encodeBareMessage(message), random) };
  });
}

function pick<Item>(items: readonly Item[], random: () => number): Item {
  return items[Math.floor(random() * items.length)] as Item;
}

function length(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128);
  return Buffer.from([...bytes, rest]);
}
