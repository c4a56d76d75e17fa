import type { Account } from '../accounts/account.ts';
import type { ArchivedMessage } from '../accounts/archive.ts';
import { readContent } from '../wire/read-content.ts';
import { unwrapMessage } from '../wire/unwrap-message.ts';
import type { World } from '../world/world.ts';
import { applyChange } from './apply-change.ts';
import { readVote } from './read-vote.ts';

/** A phone takes note of what it or one of its devices has written; `byDevice` is 0 for the phone itself. */
export function noteOutgoing(
  world: World,
  phone: Account,
  { id, byDevice, archived }: { id: string; byDevice: number; archived: ArchivedMessage },
): void {
  const options = readVote(world, phone, phone, unwrapMessage(archived.message).content);
  const view = { ...readContent(archived.message), ...(options === undefined ? {} : { options }) };
  const noted = { id, to: archived.chat, byDevice, ...view, at: new Date().toISOString() };
  if (!phone.outbox.note(noted, byDevice === 0 ? 0 : 1)) return;
  phone.archive.keep(id, archived);
  applyChange(phone, view, phone);
}
