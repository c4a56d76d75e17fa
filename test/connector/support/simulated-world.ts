import { createBaileysEngine } from '../../../connector/engine/baileys/baileys-engine.ts';
import { checkSimulator } from '../../../connector/engine/baileys/trust-simulator.ts';
import type { SessionDependencies } from '../../../connector/session/session-dependencies.ts';
import { silenceConsole } from '../../../connector/silent-console.ts';
import { startSimulator } from '../../../simulator/start-simulator.ts';
import { waitFor } from '../../support/wait-for.ts';
import { testSession } from './test-session.ts';
import { startTestTables } from './test-tables.ts';

/** Sessions on real sockets in this process, whose monotonic clock a test can make jump. */
export async function startSimulatedWorld() {
  silenceConsole();
  const [tables, simulator] = await Promise.all([startTestTables(), startSimulator()]);
  let skippedMs = 0;
  const monotonicNow = () => performance.now() + skippedMs;

  const control = async (method: 'GET' | 'POST', path: string, body?: unknown) => {
    const response = await fetch(`${simulator.controlUrl}${path}`, {
      method,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
    return JSON.parse(text || '{}') as any;
  };

  /** One engine, as in one connector. */
  const makeEngine = (qrLivesMs?: number) => {
    const log = () => undefined;
    return createBaileysEngine({
      logger: { debug: log, warn: log },
      simulator: checkSimulator({ url: simulator.url, rootKey: simulator.rootPublicKeyBase64 }),
      now: Date.now,
      monotonicNow,
      ...(qrLivesMs === undefined ? {} : { qrLivesMs }),
    });
  };
  const engine = makeEngine();
  const session = (changes: Partial<SessionDependencies> = {}, settings: Record<string, unknown> = {}) =>
    testSession(tables, engine, { monotonicNow, ...changes }, settings);

  return {
    tables,
    simulator: { url: simulator.url, rootKey: simulator.rootPublicKeyBase64 },
    control,
    makeEngine,
    monotonicNow,
    session,
    skip: (milliseconds: number) => {
      skippedMs += milliseconds;
    },
    /** A session whose phone has scanned, connected. */
    link: async (phone: string, changes: Partial<SessionDependencies> = {}, settings: Record<string, unknown> = {}) => {
      const linked = await session(changes, settings);
      await control('POST', '/phones', { phone });
      await linked.machine.reconcile();
      const shown = await waitFor('a QR', () => linked.events.find(({ type }) => type === 'qr.updated'));
      await control('POST', `/phones/${phone}/scan`, { qr: shown.data.qr });
      await waitFor('the connection', async () => (await linked.row()).status === 'connected');
      return linked;
    },
    stop: () => Promise.all([tables.stop(), simulator.stop()]),
  };
}

export type SimulatedWorld = Awaited<ReturnType<typeof startSimulatedWorld>>;
