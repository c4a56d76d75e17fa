import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tableKeys } from '../../../core/storage/table-keys.ts';
import { waitFor } from '../../support/wait-for.ts';
import { type SimulatedWorld, startSimulatedWorld } from '../support/simulated-world.ts';

const friend = '491567000009';
/** Instead of an hour. */
const keepAliveMs = 50;

describe('keeping a linked account alive', () => {
  let world: SimulatedWorld;
  beforeAll(async () => {
    world = await startSimulatedWorld();
    await world.control('POST', '/phones', { phone: friend });
  });
  afterAll(() => world?.stop());

  /** A session whose account has a name: WhatsApp takes no presence without one. */
  const link = async (phone: string, settings: Record<string, unknown> = {}) => {
    const linked = await world.link(phone, { keepAliveMs }, settings);
    await world.control('POST', '/phones', { phone, name: 'Ann' });
    await waitFor('the name', async () => (await linked.row()).pushName === 'Ann');
    return linked;
  };
  const device = async (phone: string) => (await world.control('GET', `/phones/${phone}`)).devices[0];
  const pulses = (phone: string, kind: 'available' | 'unavailable', count: number) =>
    waitFor(`${count} pulses`, async () => (await device(phone)).presences[kind] >= count);
  const hears = async (phone: string) => {
    const { id } = await world.control('POST', `/phones/${friend}/messages`, { to: phone, text: 'hello' });
    return waitFor('the message', async () => {
      const { messages } = await world.control('GET', `/phones/${phone}/messages`);
      return (messages as { id: string; notified: boolean }[]).find((message) => message.id === id);
    });
  };

  it('pulses again and again, notes the answer, and leaves the phone its notifications', async () => {
    const phone = '491567000001';
    const { row, machine } = await link(phone);
    await pulses(phone, 'unavailable', 4);
    expect(await device(phone)).toMatchObject({ available: false });
    expect((await hears(phone)).notified).toBe(true);
    const noted = await waitFor('the note', async () => (await row()).lastProbe);
    expect(noted).toMatchObject({ answered: true, roundTripMs: expect.any(Number) });
    await waitFor('the next note', async () => (await row()).lastProbe?.at !== noted.at);

    await machine.stop();
    // A presence that was on its way when the session ended counts for it.
    await waitFor('the socket to be closed', async () => (await world.control('GET', '/stats')).openSockets === 0);
    const { presences } = await device(phone);
    expect((await row()).lastProbe).toMatchObject({ answered: true });
    // Another session's pulses take longer than any that were left over here.
    const other = '491567000002';
    const second = await link(other);
    await pulses(other, 'unavailable', 4);
    expect((await device(phone)).presences).toEqual(presences);
    await second.machine.stop();
  });

  it('stays away although the client calls itself available whenever its credentials change', async () => {
    const phone = '491567000007';
    const { machine, row } = await link(phone, { keepAlive: false });
    await world.control('POST', '/phones', { phone, name: 'Ann Other' });
    await waitFor('the name', async () => (await row()).pushName === 'Ann Other');
    await waitFor('its presences', async () => {
      const { available, presences } = await device(phone);
      return presences.available > 0 && !available;
    });
    expect((await hears(phone)).notified).toBe(true);
    await machine.stop();
  });

  it('pulses no more once that is switched off, and says so with the row', async () => {
    const phone = '491567000003';
    const { row, machine } = await link(phone);
    await waitFor('a pulse', async () => (await row()).lastProbe);
    const { tenantId, sessionId } = machine.name;
    await world.tables.dynamodb.send(
      new UpdateCommand({
        TableName: world.tables.names.control,
        Key: tableKeys.session(tenantId, sessionId),
        UpdateExpression: 'SET settings = :settings',
        ExpressionAttributeValues: { ':settings': { keepAlive: false } },
      }),
    );
    await machine.reconcile();
    let marks = 0;
    const last = await waitFor('the pulse that was under way', async () => {
      const before = (await row()).lastProbe?.at;
      const mark = await link(`4915671${String(++marks).padStart(5, '0')}`);
      await waitFor('pulses of another', async () => (await mark.row()).lastProbe);
      await mark.machine.stop();
      return (await row()).lastProbe?.at === before ? before : undefined;
    });
    expect((await row()).lastProbe?.at).toBe(last);
    await machine.stop();
  });

  it('shows the account online only where its tenant wants that, and then the phone is silent', async () => {
    const phone = '491567000005';
    const { machine } = await link(phone, { markOnline: true });
    await pulses(phone, 'available', 3);
    expect((await hears(phone)).notified).toBe(false);
    await machine.stop();
  });

  it('notes that no answer came', async () => {
    const phone = '491567000006';
    const { row, machine } = await link(phone);
    await waitFor('an answer', async () => (await row()).lastProbe?.answered);
    await world.control('POST', '/faults', { kind: 'silence', phone, seconds: 30 });
    const unanswered = await waitFor('no answer', async () => {
      const { lastProbe } = await row();
      return lastProbe?.answered === false ? lastProbe : undefined;
    });
    expect(unanswered.roundTripMs).toBeNull();
    machine.kill();
  });
});
