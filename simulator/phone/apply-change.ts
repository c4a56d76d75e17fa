import type { Account } from '../accounts/account.ts';
import type { MessageView } from '../wire/read-content.ts';

/** What a message does to one that is there already. */
export interface Change extends MessageView {
  /** Of a vote. */
  readonly options?: readonly string[] | undefined;
}

/**
 * A phone shows what a reaction, an edit, a vote or a revoke has made of an older message. Edits count only when they come from the
 * author; who may take back what is not looked at.
 */
export function applyChange(phone: Account, change: Change, by: Account): void {
  if (change.targetId === undefined) return;
  const received = phone.inbox.get(change.targetId);
  const target = received ?? phone.outbox.get(change.targetId);
  if (target === undefined) return;
  const author = received === undefined ? phone.phone : received.from;
  switch (change.kind) {
    case 'reaction': {
      const { [by.phone]: _before, ...others } = target.reactions ?? {};
      target.reactions = change.text === '' ? others : { ...others, [by.phone]: change.text };
      break;
    }
    case 'pollVote':
      target.votes = { ...target.votes, [by.phone]: change.options ?? [] };
      break;
    case 'edit':
      if (author === by.phone) target.edited = change.text;
      break;
    case 'revoke':
      target.deleted = true;
      break;
  }
  phone.inbox.keep(change.targetId);
}
