import { AsyncLocalStorage } from 'node:async_hooks';
import type { ConnectOptions } from '../port.ts';

/**
 * The same port, called outside the key transactions of its socket. Baileys finds the running transaction by the async context, and a
 * message is handed over in the midst of one: whatever is begun there and goes on later, such as the sending of an answer, would still write
 * into that transaction when it is long committed, and its ratchets would be lost without a word. Must be called before the socket
 * is made.
 *
 * @example const port = outsideTransactions(options)
 */
export function outsideTransactions(options: ConnectOptions): ConnectOptions {
  const outside = AsyncLocalStorage.snapshot();
  return {
    ...options,
    onEvent: (event) => outside(() => options.onEvent(event)),
    onMessage: (message) => outside(() => options.onMessage(message)),
  };
}
