import type { Account } from '../accounts/account.ts';
import type { Message } from '../wire/message-content.ts';
import { openVote } from '../wire/poll-votes.ts';
import { readContent } from '../wire/read-content.ts';
import type { World } from '../world/world.ts';

const forms = ['pn', 'lid'] as const;

/**
 * The options that a vote chooses; undefined when the phone does not know the poll or cannot open the vote. Clients differ in whether
 * they mean creator and voter by number or by hidden id, so all four pairs are tried.
 */
export function readVote(
  world: World,
  phone: Account,
  voter: Account,
  message: Message,
): readonly string[] | undefined {
  const update = message.pollUpdateMessage;
  const pollId = update?.pollCreationMessageKey?.id ?? '';
  const poll = phone.archive.get(pollId);
  const creator = poll === undefined ? undefined : world.directory.find(poll.author);
  const secret = poll?.message.messageContextInfo?.messageSecret;
  const { encPayload, encIv } = update?.vote ?? {};
  if (poll === undefined || creator === undefined || !secret || !encPayload || !encIv) return undefined;
  const options = readContent(poll.message).poll?.options ?? [];
  for (const creatorForm of forms) {
    for (const voterForm of forms) {
      const context = { pollId, creatorJid: creator.jid(creatorForm), voterJid: voter.jid(voterForm), secret };
      const chosen = openVote(context, { encPayload, encIv }, options);
      if (chosen !== undefined) return chosen;
    }
  }
  return undefined;
}
