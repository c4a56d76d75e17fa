import type { Identity } from '../../core/identity.ts';
import type { Message } from '../../core/messages/message.ts';
import type { ChangeContent } from '../../core/messages/message-content.ts';
import type { IncomingMessage } from '../engine/port.ts';

/**
 * Whether a change may be believed: phones let only the author edit and delete, and in a group administrators delete too. Reactions and
 * votes are anybody's. A message that is not known cannot be checked, and its change is told all the same.
 *
 * @example mayChange(edit, message, row, false) // false when another person wrote the row's message
 */
export function mayChange(
  content: ChangeContent,
  { from, fromMe }: Pick<IncomingMessage, 'from' | 'fromMe'>,
  target: Message | undefined,
  isAdmin: boolean,
): boolean {
  if (content.type !== 'edit' && content.type !== 'delete') return true;
  if (target === undefined) return true;
  const isAuthor =
    target.direction === 'outbound' ? fromMe : !fromMe && target.from !== undefined && isSame(target.from, from);
  return isAuthor || (content.type === 'delete' && isAdmin);
}

/** Either address will do: a person may have written under one and edit under the other. */
export function isSame(one: Identity, other: Identity): boolean {
  return (
    one.id === other.id ||
    (one.lid !== null && one.lid === other.lid) ||
    (one.phone !== null && one.phone === other.phone)
  );
}
