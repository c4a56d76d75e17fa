import { nextUtcDayMs } from '../utc-calendar.ts';
import type { SendingHold } from './sending-hold.ts';
import type { SendingRules } from './sending-rules.ts';
import { warmUpLimit } from './warm-up.ts';

/** Why a message waits; stable, and shown to the tenant. */
export type WaitingReason = 'account_restricted' | 'new_chat_budget' | 'daily_limit';

export interface Waiting {
  readonly reason: WaitingReason;
  /** ISO 8601; null when WhatsApp named no end. The message is not tried before, and may wait longer if others are ahead of it. */
  readonly until: string | null;
}

/** What was used of a UTC day so far. */
export interface UsedBudget {
  readonly newChats: number;
  readonly messages: number;
}

/** All that a decision depends on. */
export interface SendCircumstances {
  readonly nowMs: number;
  /** Nothing was exchanged with this person yet, in either direction. */
  readonly isNewChat: boolean;
  readonly hold: SendingHold | undefined;
  readonly rules: SendingRules;
  /** When the account was linked, in milliseconds since the epoch. */
  readonly linkedAtMs: number;
  readonly used: UsedBudget;
  /** This very message was counted today already: an earlier try of it. */
  readonly isCounted: boolean;
  /** Why an earlier message waits that this one must not overtake. */
  readonly behind: Waiting | undefined;
}

export type Decision =
  | { readonly kind: 'go'; readonly limits: BudgetLimits }
  | { readonly kind: 'wait'; readonly waiting: Waiting };

/** What may be used today, where there is a limit. */
export interface BudgetLimits {
  readonly newChats: number | null;
  readonly messages: number | null;
}

/**
 * Whether a message may leave now. A restriction of WhatsApp stops new chats alone; then come the limits of the day, and at last the order: what
 * waits is not overtaken.
 *
 * @example decideSend({ isNewChat: true, hold, … }) // { kind: 'wait', waiting: { reason: 'account_restricted', until: hold.until } }
 */
export function decideSend(circumstances: SendCircumstances): Decision {
  const { nowMs, isNewChat, hold, used, isCounted, behind } = circumstances;
  if (isNewChat && hold !== undefined) return wait('account_restricted', hold.until);
  const limits = limitsOf(circumstances);
  const tomorrow = new Date(nextUtcDayMs(nowMs)).toISOString();
  if (!isCounted) {
    if (limits.messages !== null && used.messages >= limits.messages) return wait('daily_limit', tomorrow);
    if (isNewChat && limits.newChats !== null && used.newChats >= limits.newChats)
      return wait('new_chat_budget', tomorrow);
  }
  return behind === undefined ? { kind: 'go', limits } : { kind: 'wait', waiting: behind };
}

function limitsOf({ rules, linkedAtMs, nowMs }: SendCircumstances): BudgetLimits {
  const { newChatsPerDay, messagesPerDay, warmUp } = rules;
  const newChats = newChatsPerDay !== null && warmUp ? warmUpLimit(newChatsPerDay, nowMs - linkedAtMs) : newChatsPerDay;
  return { newChats, messages: messagesPerDay };
}

function wait(reason: WaitingReason, until: string | null): Decision {
  return { kind: 'wait', waiting: { reason, until } };
}
