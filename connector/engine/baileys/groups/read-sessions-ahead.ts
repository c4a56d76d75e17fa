import { type GroupMetadata, isLidUser, jidDecode } from '@whiskeysockets/baileys';
import type { KeyVault } from '../../../keys/key-vault.ts';

/** Fewer are read one by one in a moment. */
const worthwhileMin = 10;
/** Signal addresses name the kind of address after the user; of a number's session only the hidden id's form is stored. */
const lidDomain = 1;

/**
 * Reads the Signal sessions with the members who do not have the session's sender key yet. The first message to a group makes Baileys
 * look for each of them by itself and one after the other, a thousand round trips for a thousand members.
 *
 * @example await readSessionsAhead(vault, metadata)
 */
export async function readSessionsAhead(
  vault: Pick<KeyVault, 'get' | 'readAhead'>,
  { id, participants }: Pick<GroupMetadata, 'id' | 'participants'>,
): Promise<void> {
  const { [id]: holders } = await vault.get('sender-key-memory', [id]);
  const have = new Set(Object.keys(holders ?? {}).map((jid) => jidDecode(jid)?.user));
  const users = participants.flatMap((member) => {
    const user = isLidUser(member.id) ? jidDecode(member.id)?.user : undefined;
    return user === undefined || have.has(user) ? [] : [user];
  });
  if (users.length < worthwhileMin) return;
  await vault.readAhead(
    'session',
    users.map((user) => `${user}_${lidDomain}.0`),
  );
}
