import type { SessionCore } from './session-core.ts';

/**
 * Tells WhatsApp that the linked device is in use, waits for a sign of life, and notes on the row what came of it. The account is not shown
 * as online by it, unless its tenant wants it online anyway, so that the owner's phone keeps ringing. Does nothing while the session's
 * setting `keepAlive` is off.
 *
 * @example await pulse(core) // row.lastProbe: { at: '…', answered: true, roundTripMs: 41 }
 */
export async function pulse(core: SessionCore): Promise<void> {
  const { record, phase, socket, dependencies } = core;
  if (record === undefined || phase !== 'open' || record.row.settings.keepAlive === false) return;
  const at = new Date(dependencies.now()).toISOString();
  const roundTripMs = await socket.connection?.probe({ isOnline: record.row.settings.markOnline === true });
  await record.noteProbe({ at, answered: roundTripMs !== undefined, roundTripMs: roundTripMs ?? null });
}
