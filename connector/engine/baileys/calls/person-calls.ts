import type { CheckedNumber } from '../../../../core/calls/call-result.ts';
import type { Identity } from '../../../../core/identity.ts';
import { cutText } from '../content/cut-text.ts';
import { jidOfChat } from '../identity-of-jid.ts';
import type { CallDoers, CallParts } from './do-call.ts';
import { CallFailedError, failureOfError } from './failure-of-error.ts';

/** Two questions for each number not known yet; more at once is slower for all and looks like a scan. */
const checksAtOnce = 5;

export const personCalls: Pick<CallDoers, Exclude<keyof CallDoers, `group.${string}`>> = {
  'contact.check': async ({ phones }, { findAccount }) => {
    const checked: CheckedNumber[] = [];
    for (let start = 0; start < phones.length; start += checksAtOnce) {
      const batch = phones.slice(start, start + checksAtOnce);
      checked.push(...(await Promise.all(batch.map((phone) => check(phone, findAccount)))));
    }
    return checked;
  },
  'contact.profile': async ({ contactId }, { socket, identify }) => {
    const jid = jidOfChat(contactId);
    const [contact, about, pictureUrl] = await Promise.all([
      identify([jid]),
      readAbout(socket, jid),
      readPicture(socket, jid),
    ]);
    return { contact: contact(jid), about, pictureUrl };
  },
  'chat.disappearing': async ({ chatId, seconds }, { socket, identify, emit, now }) => {
    const jid = jidOfChat(chatId);
    if (jid.endsWith('@g.us')) await socket.groupToggleEphemeral(jid, seconds);
    else await socket.sendMessage(jid, { disappearingMessagesInChat: seconds });
    const chat = (await identify([jid]))(jid);
    emit({ type: 'disappearing', chat, seconds, at: new Date(now()).toISOString() });
    return { chatId, disappearingSeconds: seconds === 0 ? null : seconds };
  },
  'presence.subscribe': async ({ chatId }, { socket }) => {
    await socket.presenceSubscribe(jidOfChat(chatId));
    return { chatId };
  },
};

async function check(phone: string, findAccount: CallParts['findAccount']): Promise<CheckedNumber> {
  const contact: Identity | null | undefined = await findAccount(phone.replace(/\D/g, ''));
  if (contact === undefined) throw new CallFailedError('timed_out');
  return { phone, exists: contact !== null, contact };
}

/** Many people hide it, and WhatsApp says so in many ways; none of them is a reason to have no profile at all. */
async function readAbout(socket: CallParts['socket'], jid: string): Promise<string | null> {
  try {
    const [answer] = (await socket.fetchStatus(jid)) ?? [];
    const about = (answer?.status as { status?: unknown } | undefined)?.status;
    return typeof about === 'string' ? (cutText(about, 1_024) ?? null) : null;
  } catch (error) {
    if (failureOfError(error) === 'not_connected') throw error;
    return null;
  }
}

async function readPicture(socket: CallParts['socket'], jid: string): Promise<string | null> {
  try {
    return (await socket.profilePictureUrl(jid, 'image')) ?? null;
  } catch (error) {
    if (failureOfError(error) === 'not_connected') throw error;
    return null;
  }
}
