import type { Connection } from '../connection.ts';
import { nowSeconds } from '../phone/message-stanza.ts';
import { type Node, node } from '../wire/node.ts';

const defaultAckDelayMs = 2000;

/** The server's word that it has a message, or the code with which it refuses it; late or lost when a fault says so. */
export function acknowledge(connection: Connection, stanza: Node, error?: number): void {
  const { world, phone } = connection;
  if (error === undefined && world.faults.strike('lose-acks', phone) !== undefined) return;
  const delay = world.faults.strike('delay-acks', phone);
  const ack = node('ack', {
    class: 'message',
    id: stanza.attrs.id,
    from: stanza.attrs.to,
    t: nowSeconds(),
    error: error === undefined ? undefined : String(error),
  });
  world.timers.after(delay === undefined ? 0 : (delay.milliseconds ?? defaultAckDelayMs), () => connection.send(ack));
}
