type BaileysLogger = NonNullable<import('@whiskeysockets/baileys').UserFacingSocketConfig['logger']>;

/** The three methods of a logger that the engine uses. */
export interface EngineLogger {
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
}

/** An error's message says what happened; whole errors of Baileys carry stanzas, and stanzas carry messages and pairing secrets. */
const reasonCharactersMax = 200;

/**
 * A logger for Baileys that lets only warnings and errors through, and of those only the sentence and the cause's message.
 *
 * @example makeWASocket({ logger: quietLogger(logger, sessionId) })
 */
export function quietLogger(logger: EngineLogger, sessionId: string): BaileysLogger {
  const write = (level: 'warn' | 'error') => (subject: unknown, message?: string) => {
    const sentence = message ?? (typeof subject === 'string' ? subject : 'no message');
    logger[level]({ component: 'baileys', sessionId, ...reasonOf(subject) }, sentence);
  };
  const nothing = () => undefined;
  const quiet: BaileysLogger = {
    level: 'warn',
    child: () => quiet,
    trace: nothing,
    debug: nothing,
    info: nothing,
    warn: write('warn'),
    error: write('error'),
  };
  return quiet;
}

function reasonOf(subject: unknown): { reason?: string } {
  if (typeof subject !== 'object' || subject === null) return {};
  const { err, error, e } = subject as { err?: unknown; error?: unknown; e?: unknown };
  const cause = err ?? error ?? e;
  return cause instanceof Error ? { reason: cause.message.slice(0, reasonCharactersMax) } : {};
}
