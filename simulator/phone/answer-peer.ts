import type { Account } from '../accounts/account.ts';
import type { Companion } from '../accounts/companion.ts';
import type { Message } from '../wire/message-content.ts';
import { placeholdersAskedFor, resentPlaceholder } from '../wire/placeholders.ts';
import type { World } from '../world/world.ts';
import { roomIn } from './chat.ts';
import { sendPeerMessage } from './send-peer-message.ts';

/**
 * A linked device asks the phone of its account for messages of which it has got the envelope only. The phone sends what it has, and stays
 * silent about what was made to be lost.
 */
export async function answerPeer(
  world: World,
  { phone, sender, id, message }: { phone: Account; sender: Companion; id: string; message: Message },
): Promise<void> {
  for (const wanted of placeholdersAskedFor(message.deviceSentMessage?.message ?? message)) {
    const archived = phone.archive.get(wanted);
    const author = world.directory.find(archived?.author ?? '');
    if (archived === undefined || author === undefined) continue;
    if (author.archive.get(wanted)?.placeholder === 'lost') continue;
    const { addressing, chat } = archived;
    const room = roomIn(chat);
    const answer = resentPlaceholder(id, {
      key: {
        remoteJid: room ?? author.jid(addressing),
        fromMe: author === phone,
        id: wanted,
        ...(room === undefined ? {} : { participant: author.jid(addressing) }),
      },
      message: archived.message,
      messageTimestamp: Math.floor(Date.now() / 1000),
      pushName: author.state.name,
    });
    world.statistics.placeholdersResent++;
    await sendPeerMessage(phone, sender, answer);
  }
}
