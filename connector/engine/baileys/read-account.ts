import type { AuthenticationCreds } from '@whiskeysockets/baileys';
import type { Account } from '../port.ts';
import { identityOfJid } from './identity-of-jid.ts';

/** What Baileys puts as the name while a pairing code is on its way. */
const noName = '~';

/** The linked account as the credentials name it. */
export function readAccount({ me }: AuthenticationCreds): Account {
  if (me === undefined) return {};
  const { phone, lid } = identityOfJid(me.id, me.lid);
  return {
    ...(phone === null ? {} : { phone }),
    ...(lid === null ? {} : { lid }),
    ...(me.name === undefined || me.name === noName ? {} : { name: me.name }),
  };
}
