import type { SendOutcome } from '../engine/port.ts';

export type OutcomeReaction =
  | { readonly kind: 'sent'; readonly at: string }
  | { readonly kind: 'failed'; readonly reason: string }
  /** Not until WhatsApp lets the account begin chats again. */
  | { readonly kind: 'restricted' }
  /** The same id again, after asking for the recipient's devices anew. */
  | { readonly kind: 'refresh_and_retry' }
  /** The same id again on the next open connection. */
  | { readonly kind: 'retry' };

/** A message that WhatsApp never answers is not tried for ever: each try may have reached the recipient. */
export const triesMax = 5;

/**
 * What follows from WhatsApp's answer to a send.
 *
 * - 463: the account may not start new chats now. Trying again counts as one more start and makes it worse, so the message waits. In a chat that
 *   has begun the lock does not matter, and waiting for its end would not help.
 * - 479: the stanza does not fit the recipient's devices, mostly because they changed; once more with fresh ones.
 *
 * @example reactToOutcome({ kind: 'refused', code: 463 }, { tries: 1, refreshed: false, isNewChat: true }) // restricted
 */
export function reactToOutcome(
  outcome: SendOutcome,
  history: { readonly tries: number; readonly refreshed: boolean; readonly isNewChat: boolean },
): OutcomeReaction {
  switch (outcome.kind) {
    case 'acknowledged':
      return { kind: 'sent', at: outcome.at };
    case 'refused':
      if (outcome.code === 463 && history.isNewChat) return { kind: 'restricted' };
      if (outcome.code === 463) return { kind: 'failed', reason: 'account_restricted' };
      if (outcome.code === 479 && !history.refreshed) return { kind: 'refresh_and_retry' };
      return { kind: 'failed', reason: `refused_${outcome.code}` };
    case 'unknown':
      return history.tries < triesMax ? { kind: 'retry' } : { kind: 'failed', reason: 'not_acknowledged' };
  }
}
