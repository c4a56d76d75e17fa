const methods = ['log', 'info', 'warn', 'error', 'debug', 'trace', 'dir'] as const;

/** How often a dependency tried to print. */
export interface SilencedConsole {
  readonly calls: number;
}

/**
 * Replaces the console by a counter. libsignal 6 prints whole sessions, private ratchet keys included, when it closes or evicts
 * one; on a server that would be key material in the log. Call it before Baileys or libsignal is imported. The connector itself
 * logs to stdout without the console.
 *
 * @example const silenced = silenceConsole();
 */
export function silenceConsole(target: Console = console): SilencedConsole {
  let calls = 0;
  for (const method of methods) {
    target[method] = () => {
      calls += 1;
    };
  }
  return {
    get calls() {
      return calls;
    },
  };
}
