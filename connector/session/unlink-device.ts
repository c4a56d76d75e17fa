import { within } from '../concurrency/within.ts';
import type { EngineConnection, EngineEvent, IncomingMessage } from '../engine/port.ts';
import type { KeyVault } from '../keys/key-vault.ts';
import { errorFields } from '../logger.ts';
import type { PersonalOptions } from './personal-options.ts';
import type { SessionDependencies } from './session-dependencies.ts';

/** A log-out that WhatsApp does not hear leaves the device in the phone's list; a person can remove it there. */
const openMs = 20_000;

export interface UnlinkOptions {
  readonly dependencies: SessionDependencies;
  readonly sessionId: string;
  /** The open connection, if there is one; else one is opened just for this. */
  readonly connection: EngineConnection | undefined;
  readonly vault: KeyVault;
  /** Of the connection that is opened: it too goes through the session's proxy, or not at all. */
  readonly personal: () => Promise<PersonalOptions>;
  /** Messages that arrive meanwhile are taken like all others. */
  readonly onMessage: (message: IncomingMessage) => Promise<void>;
}

/** Tells WhatsApp to forget this device. Never throws: the keys are deleted whether WhatsApp answered or not. */
export async function unlinkDevice({
  dependencies,
  sessionId,
  connection,
  vault,
  personal,
  onMessage,
}: UnlinkOptions): Promise<void> {
  const { engine, logger } = dependencies;
  try {
    if (connection !== undefined) return await connection.logOut();
    if (!engine.isLinked(vault)) return;
    const { promise: settled, resolve } = Promise.withResolvers<'open' | 'closed'>();
    const made = await engine.connect({
      ...(await personal()),
      sessionId,
      vault,
      onEvent: ({ type }: EngineEvent) => {
        if (type === 'open' || type === 'closed') resolve(type);
      },
      onMessage,
      wasTaken: async () => false,
      findProtocol: async () => undefined,
      findGroup: async () => undefined,
    });
    if ((await within(openMs, settled)) === 'open') await made.logOut();
    else made.terminate();
  } catch (error) {
    logger.warn({ sessionId, ...errorFields(error) }, 'WhatsApp could not be told of the log-out');
  }
}
