import { proto } from '@whiskeysockets/baileys';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readStanza } from '../../../../connector/engine/baileys/read-stanza.ts';

const me = { id: '4915100000001:7@s.whatsapp.net', lid: '900001:7@lid' };
const attrs = { id: 'ABC', from: '4915100000002@s.whatsapp.net', t: '1700000000' };
const read = (message: proto.IMessage) => readStanza({ sessionId: 'ses_1', attrs, message, me });
const key = { id: 'TARGET', fromMe: true, remoteJid: 'x@s.whatsapp.net' };

describe('readMessage', () => {
  it.each<[string, proto.IMessage, object | undefined]>([
    ['a button pressed', { buttonsResponseMessage: { selectedDisplayText: 'Yes' } }, { type: 'text', text: 'Yes' }],
    ['a choice of a list', { listResponseMessage: { title: 'Blue' } }, { type: 'text', text: 'Blue' }],
    [
      'a template',
      { templateMessage: { hydratedTemplate: { hydratedTitleText: 'Hi', hydratedContentText: 'there' } } },
      { type: 'text', text: 'Hi\nthere' },
    ],
    [
      'an event',
      {
        eventMessage: {
          name: 'Party',
          startTime: 1_700_000_000,
          endTime: Number.NaN,
          location: { degreesLatitude: 1, degreesLongitude: 2 },
        },
      },
      {
        type: 'event',
        event: {
          name: 'Party',
          startsAt: '2023-11-14T22:13:20.000Z',
          location: { latitude: 1, longitude: 2 },
          canceled: false,
        },
      },
    ],
    ['an event without a name', { eventMessage: {} }, { type: 'unsupported', kind: 'eventMessage' }],
    [
      'a product',
      { productMessage: { product: { productId: '7', title: 'Tea', priceAmount1000: 4_990, currencyCode: 'EURO' } } },
      { type: 'product', product: { id: '7', title: 'Tea', price: 4.99, currency: 'EUR' } },
    ],
    [
      'a form whose fields are nonsense',
      {
        interactiveResponseMessage: {
          body: { text: 'Yes' },
          nativeFlowResponseMessage: { name: 'f', paramsJson: '{' },
        },
      },
      { type: 'text', text: 'Yes', choice: { kind: 'form', id: 'f' } },
    ],
    [
      'an invitation',
      { groupInviteMessage: { groupName: 'Team' } },
      { type: 'unsupported', kind: 'groupInviteMessage' },
    ],
    ['an order', { orderMessage: { itemCount: 2 } }, { type: 'unsupported', kind: 'orderMessage' }],
    [
      'a poll inside a wrapper',
      { pollCreationMessageV4: { message: { pollCreationMessageV3: { name: 'Q', options: [{ optionName: 'a' }] } } } },
      { type: 'poll', poll: { question: 'Q', options: ['a'], selectableCount: 0 } },
    ],
    [
      'a place that is not on the earth',
      { locationMessage: { degreesLatitude: Number.NaN, degreesLongitude: 0 } },
      { type: 'unsupported', kind: 'locationMessage' },
    ],
    [
      'a deletion of their own message',
      { protocolMessage: { type: 0, key } },
      { type: 'delete', target: { messageId: 'TARGET', fromMe: false, from: null } },
    ],
    [
      'a reaction to a message of ours',
      { reactionMessage: { key: { ...key, fromMe: false }, text: '+' } },
      { type: 'reaction', emoji: '+', target: { messageId: 'TARGET', fromMe: true, from: null } },
    ],
    ['a timer', { protocolMessage: { type: 3, ephemeralExpiration: 1 } }, undefined],
    ['a sender key alone', { senderKeyDistributionMessage: { groupId: 'g' } }, undefined],
  ])('reads %s', (_, message, content) => {
    expect(read(message)?.content).toEqual(content);
  });

  it('gives a picture for the phone alone an explicit end', () => {
    const { content } = read({ viewOnceMessageV2: { message: { imageMessage: { mimetype: 'image/jpeg' } } } }) ?? {};
    expect(content).toMatchObject({
      type: 'image',
      media: { status: 'failed', failureReason: 'not_for_linked_devices' },
    });
  });

  it('takes pictures out of cards, and bounds what one message makes of an event', () => {
    const vcard = `BEGIN:VCARD\nFN:Ann\nPHOTO;ENCODING=b:${'A'.repeat(500_000)}\n AAAA\nTEL;waid=4915:+4915\nEND:VCARD`;
    const cards = Array.from({ length: 300 }, () => ({ displayName: 'x'.repeat(9_999), vcard }));
    const { content } = read({ contactsArrayMessage: { contacts: cards } }) ?? {};
    expect(JSON.stringify(content).length).toBeLessThan(256 * 1024);
    expect(content).toMatchObject({
      contacts: expect.arrayContaining([expect.objectContaining({ phones: ['+4915'] })]),
    });
  });

  /** Any message that the protocol can express: every field, filled as its type allows, nested at random. */
  it('never throws on bytes that decode, and gives a content or nothing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        let message: proto.Message;
        try {
          message = proto.Message.decode(bytes);
        } catch {
          return;
        }
        const found = read(message);
        if (found === undefined) return;
        expect(found.content.type).not.toBe('');
        JSON.stringify(found);
      }),
      { numRuns: 3_000 },
    );
  });

  it('never throws on fields of the right name with anything inside', () => {
    const names = fc.constantFrom(
      ...(Object.keys(proto.Message.create({ conversation: '' })) as string[]),
      'imageMessage',
      'videoMessage',
      'audioMessage',
      'documentMessage',
      'stickerMessage',
      'contactMessage',
      'contactsArrayMessage',
      'locationMessage',
      'liveLocationMessage',
      'pollCreationMessage',
      'pollUpdateMessage',
      'reactionMessage',
      'protocolMessage',
      'secretEncryptedMessage',
      'encReactionMessage',
      'extendedTextMessage',
      'ephemeralMessage',
      'viewOnceMessage',
      'templateMessage',
      'interactiveMessage',
      'listMessage',
    );
    const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.uint8Array({ maxLength: 40 }));
    const part = fc.dictionary(
      fc.constantFrom(
        'key',
        'text',
        'name',
        'vcard',
        'options',
        'contacts',
        'message',
        'type',
        'caption',
        'id',
        'url',
        'mediaKey',
        'contextInfo',
        'vote',
        'editedMessage',
      ),
      leaf,
    );
    fc.assert(
      fc.property(names, part, (name, inside) => {
        let message: proto.Message;
        try {
          message = proto.Message.fromObject({ [name]: inside });
        } catch {
          return;
        }
        read(message);
      }),
      { numRuns: 2_000 },
    );
  });
});
