import type { WASocket } from '@whiskeysockets/baileys';

/**
 * Puts a question before every frame, in either direction: may this process still act? Whoever answers no has closed all sockets
 * by then, so that a process that slept handles no stanza that waited for it, and acknowledges none: Baileys answers many of them
 * by itself, in the very call that hands them over.
 *
 * @example guardSocket(socket.ws, () => membership.mayAct())
 */
export function guardSocket(ws: WASocket['ws'], mayAct: () => boolean): void {
  ws.prependListener('message', () => void mayAct());
  const send = ws.send.bind(ws);
  ws.send = (...frame: Parameters<typeof send>) => mayAct() && send(...frame);
}
