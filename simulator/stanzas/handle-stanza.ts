import type { Connection } from '../connection.ts';
import type { Node } from '../wire/node.ts';
import { handleAck } from './handle-ack.ts';
import { handleIq } from './handle-iq.ts';
import { handleMessage } from './handle-message.ts';
import { handleReceipt } from './handle-receipt.ts';

/**
 * Hands a stanza of a client to what is in charge of it. Presence, chat state and `ib` telemetry need no answer and are not looked at.
 */
export async function handleStanza(connection: Connection, stanza: Node): Promise<void> {
  switch (stanza.tag) {
    case 'iq':
      return handleIq(connection, stanza);
    case 'message':
      return handleMessage(connection, stanza);
    case 'receipt':
      return handleReceipt(connection, stanza);
    case 'ack':
      return handleAck(connection, stanza);
  }
}
