import type { WASocket } from '@whiskeysockets/baileys';
import type { Identity } from '../../../core/identity.ts';
import { identityOfJid } from './identity-of-jid.ts';

/**
 * The account behind a phone number (digits): WhatsApp's own form of the number, which in Brazil may lack a digit that people dial, and its
 * LID. `null` when there is none, `undefined` when WhatsApp did not answer.
 */
export async function findAccount(socket: WASocket, phone: string): Promise<Identity | null | undefined> {
  const answer = await socket.onWhatsApp(phone);
  if (answer === undefined) return undefined;
  const found = answer.find(({ exists }) => Boolean(exists));
  if (found === undefined) return null;
  // Sends need the pair anyway, and ask for it if this does not.
  const lid = await socket.signalRepository.lidMapping.getLIDForPN(found.jid);
  return identityOfJid(found.jid, lid);
}
