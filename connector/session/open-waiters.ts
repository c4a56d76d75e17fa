import type { EngineConnection } from '../engine/port.ts';

/** Those who wait for an open connection. */
export class OpenWaiters {
  readonly #waiting = new Set<(connection: EngineConnection | undefined) => void>();

  /** The connection once there is one; `undefined` after `timeoutMs`, after an abort, or when nobody will open one. */
  wait(timeoutMs: number, signal?: AbortSignal): Promise<EngineConnection | undefined> {
    if (signal?.aborted === true) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const done = (connection: EngineConnection | undefined) => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', giveUp);
        this.#waiting.delete(done);
        resolve(connection);
      };
      const giveUp = () => done(undefined);
      const timer = setTimeout(giveUp, timeoutMs);
      signal?.addEventListener('abort', giveUp);
      this.#waiting.add(done);
    });
  }

  settle(connection: EngineConnection | undefined): void {
    for (const done of [...this.#waiting]) done(connection);
  }
}
