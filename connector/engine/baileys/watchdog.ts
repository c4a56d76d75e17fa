/** A socket that the watchdog looks after. */
export interface WatchedSocket {
  /** Monotonic milliseconds of the last frame. */
  lastFrameAtMs(): number;
  /** Since when the WebSocket has been waiting for the other side to close, if it has. */
  closingSinceMs(): number | undefined;
  /** Ends the TCP connection without waiting for the other side. */
  terminate(): void;
}

/** Pings go out every 15 s; with this much silence at least one answer is missing and the network is gone. */
export const silenceMsMax = 25_000;
/** Baileys waits for the close of a frozen peer up to 30 s; nothing is gained by that. */
export const closingMsMax = 3_000;
const lookEveryMs = 2_000;

/**
 * Whether a socket must be ended by force.
 *
 * @example mustTerminate({ nowMs: 30_000, lastFrameAtMs: 1_000, closingSinceMs: undefined }) // true
 */
export function mustTerminate(times: {
  readonly nowMs: number;
  readonly lastFrameAtMs: number;
  readonly closingSinceMs: number | undefined;
}): boolean {
  if (times.closingSinceMs !== undefined) return times.nowMs - times.closingSinceMs > closingMsMax;
  return times.nowMs - times.lastFrameAtMs > silenceMsMax;
}

/**
 * One timer for all sockets of the process that ends silent ones: a frozen peer would otherwise keep a session "connected" for up to 90 s.
 *
 * @example const release = watchdog.watch(socket)
 */
export function createWatchdog(now: () => number) {
  const sockets = new Set<WatchedSocket>();
  let timer: NodeJS.Timeout | undefined;
  const look = () => {
    for (const socket of sockets) {
      const times = { nowMs: now(), lastFrameAtMs: socket.lastFrameAtMs(), closingSinceMs: socket.closingSinceMs() };
      if (mustTerminate(times)) socket.terminate();
    }
  };
  return {
    watch: (socket: WatchedSocket): (() => void) => {
      sockets.add(socket);
      timer ??= setInterval(look, lookEveryMs).unref();
      return () => {
        sockets.delete(socket);
        if (sockets.size > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
  };
}

export type Watchdog = ReturnType<typeof createWatchdog>;
