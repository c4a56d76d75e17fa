import { createCipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { proto } from '@whiskeysockets/baileys';
import { describe, expect, it } from 'vitest';
import type { SecretChange } from '../../../../connector/engine/baileys/content/open-secret.ts';
import { openStoredSecret } from '../../../../connector/engine/baileys/content/open-stored-secret.ts';
import { writeProtocol } from '../../../../connector/engine/baileys/content/protocol-bytes.ts';
import { identityOfJid } from '../../../../connector/engine/baileys/identity-of-jid.ts';

const me = { id: '4915100000001:7@s.whatsapp.net', lid: '900001:7@lid' };
const friend = { phone: '4915100000002@s.whatsapp.net', lid: '900002@lid' };
const group = '120363000000000001@g.us';
const secret = randomBytes(32);
const target = { messageId: 'TARGET', fromMe: false, from: null };

/** As clients do it: a key from the secret, the ids and the use. */
function seal(label: SecretChange['label'], plain: Uint8Array, author: string, changer: string) {
  const info = Buffer.from(`${target.messageId}${author}${changer}${label}`);
  const key = Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), info, 32));
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  const payload = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  return { payload, iv };
}

const stored = writeProtocol({
  key: { id: target.messageId, fromMe: false, remoteJid: group, participant: friend.lid },
  message: { conversation: 'first', messageContextInfo: { messageSecret: secret } },
});

const open = (change: SecretChange, found: Uint8Array | undefined = stored) =>
  openStoredSecret(change, {
    me,
    from: identityOfJid(friend.lid, friend.phone),
    identify: (jid) => identityOfJid(jid, jid === friend.lid ? friend.phone : undefined),
    findProtocol: async () => found,
  });

describe('what newer clients encrypt once more', () => {
  it.each([
    ['by LID', friend.lid],
    ['by number', friend.phone],
  ])('opens a reaction in a community, keyed %s', async (_, address) => {
    const plain = proto.Message.ReactionMessage.encode({ text: '👍' }).finish();
    const sealed = seal('Enc Reaction', plain, address, address);
    const change = { type: 'secret', kind: 'encReactionMessage', label: 'Enc Reaction', target, ...sealed } as const;
    expect(await open(change)).toEqual({ type: 'reaction', target, emoji: '👍' });
  });

  it('opens an edit', async () => {
    const plain = proto.Message.encode({ protocolMessage: { editedMessage: { conversation: 'second' } } }).finish();
    const sealed = seal('Message Edit', plain, friend.lid, friend.lid);
    const change = {
      type: 'secret',
      kind: 'secretEncryptedMessage',
      label: 'Message Edit',
      target,
      ...sealed,
    } as const;
    expect(await open(change)).toEqual({ type: 'edit', target, text: 'second' });
  });

  it('opens nothing of a message that is not known, and nothing with another secret', async () => {
    const plain = proto.Message.ReactionMessage.encode({ text: '👍' }).finish();
    const sealed = seal('Enc Reaction', plain, friend.lid, friend.lid);
    const change = { type: 'secret', kind: 'encReactionMessage', label: 'Enc Reaction', target, ...sealed } as const;
    const other = writeProtocol({
      key: { id: target.messageId, fromMe: false, remoteJid: group, participant: friend.lid },
      message: { conversation: 'first', messageContextInfo: { messageSecret: randomBytes(32) } },
    });
    expect(await open(change, other)).toBeUndefined();
    expect(
      await openStoredSecret(change, {
        me,
        from: identityOfJid(friend.lid),
        identify: identityOfJid,
        findProtocol: async () => undefined,
      }),
    ).toBeUndefined();
  });
});
