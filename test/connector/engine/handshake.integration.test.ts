import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBaileysEngine } from '../../../connector/engine/baileys/baileys-engine.ts';
import { checkSimulator } from '../../../connector/engine/baileys/trust-simulator.ts';
import type { EngineEvent } from '../../../connector/engine/port.ts';
import type { KeyVault } from '../../../connector/keys/key-vault.ts';
import { type RunningSimulator, startSimulator } from '../../../simulator/start-simulator.ts';

const emptyVault: KeyVault = {
  get: async () => ({}),
  set: async () => undefined,
  credentials: undefined,
  saveCredentials: async () => undefined,
  failure: undefined,
  onFailure: () => undefined,
  readAhead: async () => undefined,
};

describe('server certificate', () => {
  let simulator: RunningSimulator;

  beforeAll(async () => {
    simulator = await startSimulator();
  });

  afterAll(() => simulator.stop());

  async function firstEvent(rootKey: string): Promise<EngineEvent> {
    const log = () => undefined;
    const engine = createBaileysEngine({
      logger: { debug: log, warn: log },
      simulator: checkSimulator({ url: simulator.url, rootKey }),
      now: Date.now,
      monotonicNow: () => performance.now(),
    });
    const { promise, resolve } = Promise.withResolvers<EngineEvent>();
    const connection = await engine.connect({
      sessionId: 'ses_1',
      vault: emptyVault,
      onEvent: resolve,
      onMessage: async () => undefined,
      wasTaken: async () => false,
      findProtocol: async () => undefined,
      findGroup: async () => undefined,
    });
    const event = await promise;
    await connection.drain();
    return event;
  }

  it('is refused under another root, although Baileys by itself would accept it', async () => {
    expect(await firstEvent(randomBytes(32).toString('base64'))).toMatchObject({ type: 'closed' });
  });

  it('is accepted under its own root', async () => {
    expect(await firstEvent(simulator.rootPublicKeyBase64)).toMatchObject({ type: 'qr' });
  });
});
