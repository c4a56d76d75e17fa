type BaileysLogger = NonNullable<import('@whiskeysockets/baileys').UserFacingSocketConfig['logger']>;

/** The methods of a logger that the engine uses. */
export interface EngineLogger {
  debug(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
}

/** An error's message says what happened; whole errors of Baileys carry stanzas, and stanzas carry messages and pairing secrets. */
const reasonCharactersMax = 200;

/**
 * A logger for Baileys that lets only warnings and errors through, and of those only the sentence and the cause's message. One
 * level lower than Baileys means them: it calls the restart that follows every link an error.
 *
 * @example makeWASocket({ logger: quietLogger(logger, sessionId) })
 */
export function quietLogger(logger: EngineLogger, sessionId: string): BaileysLogger {
  const write = (level: 'debug' | 'warn') => (subject: unknown, message?: string) => {
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
    warn: write('debug'),
    error: write('warn'),
  };
  return quiet;
}

function reasonOf(subject: unknown): { reason?: string } {
  if (typeof subject !== 'object' || subject === null) return {};
  const { err, error, e } = subject as { err?: unknown; error?: unknown; e?: unknown };
  const cause = err ?? error ?? e;
  return cause instanceof Error ? { reason: cause.message.slice(0, reasonCharactersMax) } : {};
}
