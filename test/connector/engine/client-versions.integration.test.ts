import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pinnedRevision } from '../../../connector/engine/baileys/socket-options.ts';
import { ClientVersions, lookEveryMs } from '../../../connector/engine/client-versions.ts';
import { createClientVersionRow } from '../../../connector/storage/client-version-row.ts';
import { waitFor } from '../../support/wait-for.ts';
import { type SimulatedWorld, startSimulatedWorld } from '../support/simulated-world.ts';

const phone = '491550000001';

describe('the version of the client', () => {
  let world: SimulatedWorld;

  beforeAll(async () => {
    world = await startSimulatedWorld();
  });
  afterAll(() => world?.stop());

  const warnings: Record<string, unknown>[] = [];
  let looks = 0;
  const makeVersions = (changes: { nowMs?: number; found?: () => Promise<number> } = {}) =>
    new ClientVersions({
      pinned: 100,
      store: createClientVersionRow({ dynamodb: world.tables.dynamodb, tableName: world.tables.names.fleet }),
      lookUp: () => {
        looks += 1;
        return changes.found?.() ?? Promise.resolve(107);
      },
      now: () => changes.nowMs ?? 1_000_000,
      logger: { warn: (fields) => void warnings.push(fields) },
    });

  it('is looked up once for a whole fleet whose sessions are all refused together', async () => {
    const workers = Array.from({ length: 5 }, () => makeVersions());
    const [first] = workers;
    expect(await first?.refused(100)).toBe(true);
    const answers = await Promise.all(workers.flatMap((each) => [1, 2, 3].map(() => each.refused(100))));
    expect(answers.every(Boolean)).toBe(true);
    expect(workers.map(({ current }) => current)).toEqual([107, 107, 107, 107, 107]);
    expect(looks).toBe(1);
  });

  it('is looked up again after some minutes at the earliest, and alarms while nothing newer is known', async () => {
    warnings.length = 0;
    expect(await makeVersions({ nowMs: 1_000_000 + lookEveryMs - 1 }).refused(107)).toBe(false);
    expect(looks).toBe(1);
    const failing = async () => Promise.reject(new Error('The page is away.'));
    expect(await makeVersions({ nowMs: 1_000_000 + lookEveryMs, found: failing }).refused(107)).toBe(false);
    expect(looks).toBe(2);
    expect(warnings.map(({ alarm, reason }) => alarm ?? reason)).toEqual([
      'client_version_refused',
      'The page is away.',
      'client_version_refused',
    ]);
  });

  it('never goes back to an older one', async () => {
    const older = async () => 90;
    const versions = makeVersions({ nowMs: 1_000_000 + 10 * lookEveryMs, found: older });
    expect(await versions.refused(107)).toBe(false);
    expect(versions.current).toBe(107);
  });

  it('brings a refused session back by itself once WhatsApp names a newer one', async () => {
    const { machine, row } = await world.link(phone);
    await world.control('POST', '/settings', { clientRevision: pinnedRevision + 5 });
    await world.control('POST', '/faults', { kind: 'drop', phone });
    await waitFor('the refusal', async () => {
      const refusals = await world.control('GET', '/stats');
      return refusals.refusedLogins > 0;
    });
    await waitFor('the session to be back', async () => (await row()).status === 'connected');
    expect(await world.control('GET', '/stats')).toMatchObject({ refusedLogins: 1 });
    await machine.stop();
  });
});
