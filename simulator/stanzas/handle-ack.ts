import type { Connection } from '../connection.ts';
import type { Node } from '../wire/node.ts';

/** A client acknowledges a stanza, or refuses it with `error`: both take it out of the device's queue. */
export function handleAck(connection: Connection, ack: Node): void {
  const { companion, world } = connection;
  const { class: tag = '', id = '', type, error } = ack.attrs;
  if (companion === undefined) return;
  if (error !== undefined) {
    world.statistics.refusedByDevices++;
    world.logger.debug({ phone: companion.phone, device: companion.device, id, error }, 'delivery refused');
  }
  if (companion.queue.acknowledge(tag, id, type)) world.statistics.acks++;
}
