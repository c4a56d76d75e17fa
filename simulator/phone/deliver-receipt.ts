import type { Account } from '../accounts/account.ts';
import type { AddressForm } from '../wire/jid.ts';
import { node } from '../wire/node.ts';
import type { World } from '../world/world.ts';
import { nowSeconds } from './message-stanza.ts';

export interface Receipt {
  /** Who wrote the messages. */
  readonly to: Account;
  /** Who has received or read them. */
  readonly from: Account;
  /** The address form in which the author knows the reader. */
  readonly addressing: AddressForm;
  /** The group, or the status posts, in which they were written. */
  readonly group?: string | undefined;
  readonly ids: readonly string[];
  /** Undefined means delivered. */
  readonly type: 'read' | 'played' | undefined;
}

/** Brings a receipt to the author: the phone notes it, and every linked device of the account gets it. */
export function deliverReceipt(world: World, { to, from, addressing, group, ids, type }: Receipt): void {
  const [first, ...others] = ids;
  if (first === undefined) return;
  for (const id of ids) to.outbox.raiseStatus(id, type ?? 'delivered');
  if (to.companions.size === 0) return;
  if (world.faults.strike('lose-receipts', to.phone) !== undefined) return;
  const list = node(
    'list',
    {},
    others.map((id) => node('item', { id })),
  );
  for (const companion of to.companions.values()) {
    companion.deliver(
      node(
        'receipt',
        {
          from: group ?? from.jid(addressing),
          participant: group === undefined ? undefined : from.jid(addressing),
          id: first,
          type,
          t: nowSeconds(),
        },
        others.length === 0 ? undefined : [list],
      ),
    );
  }
}
