import { randomBytes } from 'node:crypto';
import { nowSeconds } from '../phone/message-stanza.ts';
import { node, serverJid } from '../wire/node.ts';
import type { World } from './world.ts';

/** How the service speaks of a lock: accounts under one may answer, but not begin, conversations. */
export function lockState(world: World, phone: string) {
  const fault = world.faults.find('reach-out-lock', phone);
  return {
    is_active: fault !== undefined,
    time_enforcement_ends: fault?.endsAt === undefined ? '0' : String(Math.ceil(fault.endsAt / 1000)),
    enforcement_type: fault === undefined ? 'DEFAULT' : 'WEB_COMPANION_ONLY',
  };
}

/** Tells the devices of every account whose lock has begun or ended. */
export function announceLocks(world: World): void {
  for (const account of world.directory.all()) {
    const state = lockState(world, account.phone);
    if (state.is_active === account.isReachOutLocked) continue;
    account.isReachOutLocked = state.is_active;
    const data = { data: { xwa2_notify_account_reachout_timelock: state } };
    const update = node(
      'update',
      { op_name: 'NotificationUserReachoutTimelockUpdate' },
      Buffer.from(JSON.stringify(data)),
    );
    for (const companion of account.companions.values()) {
      const id = randomBytes(8).toString('hex');
      companion.deliver(node('notification', { from: serverJid, type: 'mex', id, t: nowSeconds() }, [update]));
    }
  }
}
