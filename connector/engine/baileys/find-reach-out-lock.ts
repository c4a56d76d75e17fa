import type { WASocket } from '@whiskeysockets/baileys';
import { within } from '../../concurrency/within.ts';
import type { ReachOutLock } from '../port.ts';
import { readReachOutLock } from './read-reach-out-lock.ts';

const answerMs = 10_000;

/** Asks WhatsApp whether new chats are locked; `undefined` when it did not say. Baileys also tells every answer as an event. */
export async function findReachOutLock(
  socket: WASocket,
  report: (error: unknown) => void,
): Promise<ReachOutLock | undefined> {
  try {
    const found = await within(answerMs, socket.fetchAccountReachoutTimelock());
    return found && readReachOutLock(found);
  } catch (error) {
    report(error);
    return undefined;
  }
}
