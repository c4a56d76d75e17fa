import { createHash, createHmac, randomBytes } from 'node:crypto';
import { decryptGcm, encryptGcm } from './aes-gcm.ts';
import { proto } from './proto.ts';

/** Whose poll it is and who votes: the key of a vote hangs on both addresses, in the form in which the message carries them. */
export interface VoteContext {
  readonly pollId: string;
  readonly creatorJid: string;
  readonly voterJid: string;
  /** The 32 bytes that came with the poll. */
  readonly secret: Uint8Array;
}

export interface SealedVote {
  readonly encPayload: Buffer;
  readonly encIv: Buffer;
}

/** Encrypts the choice of some options of a poll. */
export function sealVote(context: VoteContext, options: readonly string[]): SealedVote {
  const encIv = randomBytes(12);
  const plain = proto.Message.PollVoteMessage.encode({ selectedOptions: options.map(hashOfOption) }).finish();
  const encPayload = encryptGcm(plain, voteKey(context), encIv, additionalOf(context));
  return { encPayload, encIv };
}

/** The options that a vote chooses, or undefined when it cannot be opened with these addresses. Unknown hashes come as hexadecimal. */
export function openVote(
  context: VoteContext,
  vote: { readonly encPayload: Uint8Array; readonly encIv: Uint8Array },
  options: readonly string[],
): readonly string[] | undefined {
  const names = new Map(options.map((option) => [hashOfOption(option).toString('hex'), option]));
  try {
    const plain = decryptGcm(vote.encPayload, voteKey(context), Buffer.from(vote.encIv), additionalOf(context));
    return proto.Message.PollVoteMessage.decode(plain).selectedOptions.map((hash) => {
      const hexadecimal = Buffer.from(hash).toString('hex');
      return names.get(hexadecimal) ?? hexadecimal;
    });
  } catch {
    // Another pair of addresses may be the right one; the caller tries them.
    return undefined;
  }
}

function hashOfOption(option: string): Buffer {
  return createHash('sha256').update(option).digest();
}

function voteKey({ pollId, creatorJid, voterJid, secret }: VoteContext): Buffer {
  const base = createHmac('sha256', Buffer.alloc(32)).update(secret).digest();
  return createHmac('sha256', base)
    .update(pollId + creatorJid + voterJid)
    .update('Poll Vote')
    .update(Buffer.from([1]))
    .digest();
}

function additionalOf({ pollId, voterJid }: VoteContext): Buffer {
  return Buffer.from(`${pollId}\0${voterJid}`);
}
