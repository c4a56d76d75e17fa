import type { AuthenticationCreds } from '@whiskeysockets/baileys';
import type { EngineEvent } from '../port.ts';

/** Baileys waits so long for a first history; a phone that is slower is not waited for. */
const syncMs = 20_000;
const lookEveryMs = 500;

/** A linked device that has not been given its first history yet. */
export function awaitsFirstSync({ account, processedHistoryMessages }: AuthenticationCreds): boolean {
  return account !== undefined && (processedHistoryMessages?.length ?? 0) === 0;
}

/**
 * Holds a place for as long as a first history is worked off: Baileys loads, inflates and decodes it in one piece on the main thread, so
 * many at once would stop all sessions of the process and take its memory. Baileys marks a history just before it loads it, so
 * the place is given back one look after the mark. Returns the listener that must see the events of the socket.
 */
export function holdDuringFirstSync(
  creds: AuthenticationCreds,
  giveBack: () => void,
  onEvent: (event: EngineEvent) => void,
): (event: EngineEvent) => void {
  let looks = 0;
  let marked = false;
  const end = () => {
    clearInterval(timer);
    giveBack();
  };
  const timer = setInterval(() => {
    looks += 1;
    if (marked || looks * lookEveryMs >= syncMs) end();
    marked = !awaitsFirstSync(creds);
  }, lookEveryMs).unref();
  return (event) => {
    if (event.type === 'closed') end();
    onEvent(event);
  };
}
