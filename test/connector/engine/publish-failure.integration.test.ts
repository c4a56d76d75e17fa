import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTakeIncoming } from '../../../connector/inbox/take-incoming.ts';
import { createChangeStore } from '../../../connector/storage/change-store.ts';
import { createMessageStore } from '../../../connector/storage/message-store.ts';
import type { EventEnvelope } from '../../../core/events/event.ts';
import { waitFor } from '../../support/wait-for.ts';
import { sendText } from '../support/send-text.ts';
import { type SimulatedWorld, startSimulatedWorld } from '../support/simulated-world.ts';
import { testSealer } from '../support/test-sealer.ts';

const friend = '491550000009';

const nothing = () => undefined;

describe('an events queue that refuses', () => {
  let world: SimulatedWorld;

  beforeAll(async () => {
    world = await startSimulatedWorld();
    await world.control('POST', '/phones', { phone: friend });
  });
  afterAll(() => world?.stop());

  /** A linked session whose events queue can be away. */
  async function linked(phone: string) {
    const queue = { away: false, refused: 0, taken: [] as EventEnvelope[] };
    const { dynamodb, names } = world.tables;
    const takeIncoming = createTakeIncoming({
      reply: async () => undefined,
      retentionDays: async () => 7,
      publish: async (event) => {
        if (queue.away) {
          queue.refused += 1;
          throw new Error('The queue is away.');
        }
        queue.taken.push(event);
      },
      messages: createMessageStore({ dynamodb, tableName: names.messages, sealer: testSealer }),
      changes: createChangeStore({ dynamodb, tableName: names.messages }),
      media: { note: async () => undefined, start: () => undefined },
      directory: { noteMessage: () => undefined, isAdmin: async () => false },
      logger: { debug: nothing, info: nothing, warn: nothing, error: nothing },
      now: Date.now,
      monotonicNow: world.monotonicNow,
      random: () => 0,
    });
    return { ...(await world.link(phone, { takeIncoming })), queue };
  }

  const stats = async () => {
    const { retriesAsked, undecryptable, refusedByDevices, unacked } = await world.control('GET', '/stats');
    return { retriesAsked, undecryptable, refusedByDevices, unacked };
  };
  const textsOf = (events: readonly EventEnvelope[]) => events.map(({ data }) => data.text);
  const write = (to: string, texts: string[]) => world.control('POST', `/phones/${friend}/messages`, { to, texts });

  it('holds messages for a while, without a receipt, and publishes each once it is back', async () => {
    const phone = '491550000001';
    const { machine, queue } = await linked(phone);
    queue.away = true;
    await write(phone, ['one', 'two', 'three']);
    await waitFor('a refusal', () => queue.refused > 1);
    // Stanzas that came with the link may still wait for their acknowledgements.
    await waitFor('nothing but the three to be held', async () => (await stats()).unacked === 3);
    queue.away = false;
    await waitFor('all three', () => queue.taken.length === 3);
    expect(textsOf(queue.taken).toSorted()).toEqual(['one', 'three', 'two']);
    await waitFor('the receipts', async () => (await stats()).unacked === 0);
    expect(await stats()).toMatchObject({ retriesAsked: 0, undecryptable: 0, refusedByDevices: 0 });
    await machine.stop();
  });

  it('gives the socket up when it lasts, and gets every message again, marked as delayed', async () => {
    const phone = '491550000002';
    const { machine, queue, row } = await linked(phone);
    queue.away = true;
    await write(phone, ['four', 'five']);
    await waitFor('a refusal', () => queue.refused > 0);
    world.skip(11_000);
    await waitFor('the socket to be given up', async () => (await row()).status === 'reconnecting');
    expect(await stats()).toMatchObject({ retriesAsked: 0, undecryptable: 0, refusedByDevices: 0 });
    queue.away = false;
    await waitFor('both', () => queue.taken.length === 2);
    expect(textsOf(queue.taken).toSorted()).toEqual(['five', 'four']);
    expect(queue.taken.every(({ data }) => data.delayed === true)).toBe(true);
    await waitFor('the receipts', async () => (await stats()).unacked === 0);
    expect(await stats()).toMatchObject({ retriesAsked: 0, undecryptable: 0, refusedByDevices: 0 });
    await machine.stop();
  });

  it('keeps two sessions that talk to the same contact apart', async () => {
    const phones = ['491550000003', '491550000004'] as const;
    const sessions = [await linked(phones[0]), await linked(phones[1])] as const;
    // Both sides must know each other first: two that start at the same moment heal by a retry, which is another matter.
    await Promise.all(phones.map((phone) => write(phone, ['hi'])));
    await waitFor('the first words', () => sessions.every(({ queue }) => queue.taken.length === 1));
    for (const { queue } of sessions) queue.taken.length = 0;
    const rounds = Array.from({ length: 10 }, (_, round) => round);
    const answers = new Map<string, string>();
    await Promise.all(
      phones.map(async (phone, index) => {
        const session = sessions[index as 0 | 1];

        for (const round of rounds) {
          await write(phone, [`${phone} ${round}`]);
          const connection = await session.machine.whenOpen(10_000);
          const messageId = `3EB0${phone}${String(round).padStart(4, '0')}`;
          const chatId = `${friend}@s.whatsapp.net`;
          const outcome = await sendText(connection, { chatId, messageId, text: messageId });
          answers.set(messageId, outcome?.kind ?? 'no connection');
        }
      }),
    );
    expect([...answers.values()].every((kind) => kind === 'acknowledged')).toBe(true);
    for (const [index, phone] of phones.entries()) {
      const { queue } = sessions[index as 0 | 1];
      await waitFor(`all of ${phone}`, () => queue.taken.length === rounds.length);
      expect(textsOf(queue.taken)).toEqual(rounds.map((round) => `${phone} ${round}`));
    }
    await waitFor('every text on the phone', async () => {
      const { messages } = await world.control('GET', `/phones/${friend}/messages`);
      const read = (messages as { id: string; text: string }[]).filter(
        ({ id, text }) => answers.has(id) && text === id,
      );
      return new Set(read.map(({ id }) => id)).size === answers.size;
    });
    expect(await stats()).toMatchObject({ retriesAsked: 0, undecryptable: 0, refusedByDevices: 0 });
    await Promise.all(sessions.map(({ machine }) => machine.stop()));
  });
});
