import { randomBytes } from 'node:crypto';
import { node } from '../wire/node.ts';
import type { World } from '../world/world.ts';
import type { Account } from './account.ts';

/**
 * Tells the linked devices of everybody who knows an account, its own among them, that a device was added or removed. Clients keep the list
 * of somebody's devices for minutes, and would go on leaving out the new one and writing to the old one.
 */
export function announceDevice(world: World, account: Account, device: number, change: 'add' | 'remove'): void {
  const index = change === 'add' ? String(device) : undefined;
  const devices = (['pn', 'lid'] as const).map((form) =>
    node('device', { jid: account.jid(form, device), 'key-index': index }),
  );
  const t = String(Math.floor(Date.now() / 1000));
  const others = new Set(world.groups.ofMember(account.phone).flatMap(({ roles }) => Object.keys(roles)));
  for (const companion of world.directory.companions()) {
    const { phone } = companion;
    const isOwn = phone === account.phone;
    if (isOwn && companion.device === device) continue;
    if (!isOwn && !others.has(phone) && !world.directory.find(phone)?.knows(account.phone)) continue;
    const attributes = { from: account.jid(), type: 'devices', id: randomBytes(8).toString('hex'), t };
    companion.deliver(node('notification', attributes, [node(change, {}, devices)]));
  }
}
