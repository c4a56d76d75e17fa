import type { Connection } from '../connection.ts';
import type { Node } from '../wire/node.ts';
import { handleAck } from './handle-ack.ts';
import { handleCall } from './handle-call.ts';
import { handleIq } from './handle-iq.ts';
import { handleMessage } from './handle-message.ts';
import { handleChatState, handlePresence } from './handle-presence.ts';
import { handleReceipt } from './handle-receipt.ts';

/**
 * Hands a stanza of a client to what is in charge of it. `ib` telemetry needs no answer and is not looked at.
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
    case 'call':
      return handleCall(connection, stanza);
    case 'presence':
      return handlePresence(connection, stanza);
    case 'chatstate':
      return handleChatState(connection, stanza);
  }
}
