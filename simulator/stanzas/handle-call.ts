import { randomBytes } from 'node:crypto';
import type { Connection } from '../connection.ts';
import { firstChild, type Node, node } from '../wire/node.ts';

/** A client rejects a call, which the caller's phone notes, or asks for a link under which others can call. */
export function handleCall(connection: Connection, stanza: Node): void {
  const { world, companion } = connection;
  const part = firstChild(stanza);
  const { id, to } = stanza.attrs;
  if (part?.tag === 'link_create') {
    const link = node('link_create', { token: randomBytes(16).toString('base64url') });
    connection.send(node('call', { id, from: to }, [link]));
    return;
  }
  const call = world.directory.resolve(to)?.account.calls.get(part?.attrs['call-id'] ?? '');
  if (part?.tag === 'reject' && call !== undefined && companion !== undefined) {
    call.state = 'rejected';
    call.rejectedBy = companion.device;
  }
  connection.send(node('ack', { class: 'call', id, from: to, type: part?.tag }));
}
