import { isLidUser, isPnUser, jidDecode, jidNormalizedUser } from '@whiskeysockets/baileys';
import type { Identity } from '../../../../core/identity.ts';
import type { KeyVault } from '../../../keys/key-vault.ts';
import { identityOfJid } from '../identity-of-jid.ts';
import type { OwnAddresses } from '../read-stanza.ts';

/** Baileys' own place for pairs of addresses: the phone's user leads to the LID's, and `<lid>_reverse` back. */
const mappingType = 'lid-mapping';

export type Identify = (jid: string) => Identity;

/**
 * A function that gives the identity behind an address, from the pairs that the keys hold already: nobody is asked, because messages wait.
 *
 * @example const identify = await createIdentify(vault, me, jidsOfMessage(message)); identify('81234@lid').phone
 */
export async function createIdentify(
  vault: Pick<KeyVault, 'get'>,
  me: OwnAddresses,
  jids: readonly string[],
): Promise<Identify> {
  const users = new Map(jids.map((jid) => [jidNormalizedUser(jid), mappingKey(jid)]));
  const wanted = [...new Set([...users.values()].filter((key) => key !== undefined))];
  const found = wanted.length === 0 ? {} : await vault.get(mappingType, wanted);
  const own = [jidNormalizedUser(me.id), me.lid === undefined ? undefined : jidNormalizedUser(me.lid)];
  return (jid) => {
    const normal = jidNormalizedUser(jid);
    const other = own.includes(normal) ? own.find((each) => each !== normal) : undefined;
    return identityOfJid(jid, other ?? alternateOf(normal, found[users.get(normal) ?? '']));
  };
}

function mappingKey(jid: string): string | undefined {
  const user = jidDecode(jid)?.user;
  if (user === undefined) return undefined;
  return isLidUser(jid) ? `${user}_reverse` : isPnUser(jid) ? user : undefined;
}

function alternateOf(jid: string, user: unknown): string | undefined {
  if (typeof user !== 'string' || user === '') return undefined;
  return isLidUser(jid) ? `${user}@s.whatsapp.net` : `${user}@lid`;
}
