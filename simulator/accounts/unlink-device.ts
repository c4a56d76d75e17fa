import { node } from '../wire/node.ts';
import type { World } from '../world/world.ts';
import { announceDevice } from './announce-device.ts';
import type { Companion } from './companion.ts';

/** Ends the link of a device. If it is connected it is told so with 401; if not, its next login is refused with 401. */
export function unlinkDevice(world: World, companion: Companion, reason: string): void {
  const { phone, device, socket } = companion;
  const account = world.directory.find(phone);
  account?.removeCompanion(device);
  account?.keys.removeSession({ phone, device });
  if (account !== undefined) announceDevice(world, account, device, 'remove');
  world.events.add('unlinked', { phone, device, reason });
  for (const connection of world.connections) {
    if (connection.id !== socket?.id) continue;
    const removed = node('conflict', { type: 'device_removed' });
    connection.end('unlinked', node('stream:error', { code: '401' }, [removed]));
  }
}
