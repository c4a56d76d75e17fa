import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../support/wait-for.ts';
import { type LocalStack, startStack } from './support/local-stack.ts';
import { Receiver } from './support/receiver.ts';
import { createTenant, type LinkedSession, linkSession, type Tenant } from './support/tenant.ts';

const owners = ['491570000001', '491570000002'];
const founder = '491570000011';
const stayer = '491570000012';
const leaver = '491570000013';
const newcomer = '491570000014';
/** With the founder, two phones and two sessions the group has 200 members. */
const crowd = 195;
const roundsPerHalf = 6;

interface Writer {
  readonly phone: string;
  readonly write: (text: string) => Promise<string>;
}

/** Texts by sender, in the order in which each has written them. */
type Talk = ReadonlyMap<string, readonly string[]>;

describe('a group of 200 members', () => {
  let stack: LocalStack;
  let receiver: Receiver;
  const sessions: { tenant: Tenant; linked: LinkedSession }[] = [];
  let groupId: string;
  let before: Talk;
  let after: Talk;

  beforeAll(async () => {
    stack = await startStack();
    receiver = await Receiver.start();
    for (const owner of owners) {
      const tenant = await createTenant(stack);
      sessions.push({ tenant, linked: await linkSession(stack, tenant, receiver, owner) });
    }
    for (const phone of [founder, stayer, leaver, newcomer]) await stack.simulator.createPhone(phone, `Name ${phone}`);
    const members = [...owners, stayer, leaver];
    const group = { subject: 'Two hundred', owner: founder, members, crowd };
    groupId = (await stack.simulator.control<{ id: string }>('POST', '/groups', group)).id;
  });

  afterAll(async () => {
    await receiver?.stop();
    await stack?.dispose();
  });

  const sessionWriters = (): Writer[] =>
    sessions.map(({ tenant, linked: { sessionId, phone } }) => ({
      phone,
      write: async (text) => {
        const sent = await tenant.client.post(`/sessions/${sessionId}/messages`, { to: groupId, text });
        expect(sent.status, JSON.stringify(sent.body)).toBe(202);
        return sent.body.data.messageId;
      },
    }));
  const phoneWriter = (phone: string): Writer => ({
    phone,
    write: async (text) => (await stack.simulator.send(phone, groupId, text)).id,
  });

  /** In each round everybody writes at the same moment, and nobody writes again before the own message is on its way. */
  const talk = async (topic: string, writers: readonly Writer[]): Promise<Talk> => {
    const ids = new Map<string, string[]>(writers.map(({ phone }) => [phone, []]));
    for (let round = 0; round < roundsPerHalf; round++) {
      await Promise.all(
        writers.map(async ({ phone, write }) => ids.get(phone)?.push(await write(`${topic} ${round} of ${phone}`))),
      );
    }
    return ids;
  };

  const heardAtWebhook = (sessionId: string) =>
    receiver
      .events('message.received')
      .filter(({ body }) => body.sessionId === sessionId && body.data.chat.id === groupId)
      .sort((left, right) => left.body.sequence - right.body.sequence)
      .map(({ body }) => ({ id: body.data.messageId as string, from: String(body.data.from.phone).replace('+', '') }));

  const heardOnPhone = async (phone: string) =>
    (
      await stack.simulator.control<{ messages: { id: string; from: string; chat: string; copies: number }[] }>(
        'GET',
        `/phones/${phone}/messages`,
      )
    ).messages.filter(({ chat }) => chat === groupId);

  /** Waits until everybody named has heard so many messages. */
  const heardBy = async (phones: readonly string[], counts: Readonly<Record<string, number>>) => {
    for (const { linked } of sessions) {
      await waitFor(
        `the webhooks of ${linked.phone}`,
        () => heardAtWebhook(linked.sessionId).length >= (counts.session ?? 0),
      );
    }
    for (const phone of phones) {
      await waitFor(`the phone ${phone}`, async () => (await heardOnPhone(phone)).length >= (counts[phone] ?? 0));
    }
  };

  const bySender = (heard: readonly { id: string; from: string }[]) => {
    const ids: Record<string, string[]> = {};
    for (const { id, from } of heard) ids[from] = [...(ids[from] ?? []), id];
    return ids;
  };
  const of = (talks: readonly Talk[], except: string) => {
    const ids: Record<string, string[]> = {};
    for (const talk of talks) {
      for (const [phone, written] of talk) if (phone !== except) ids[phone] = [...(ids[phone] ?? []), ...written];
    }
    return ids;
  };

  it('is known to both sessions with all its members', async () => {
    for (const { tenant, linked } of sessions) {
      const group = await waitFor('the group', async () => {
        const { status, body } = await tenant.client.get(`/sessions/${linked.sessionId}/groups/${groupId}`);
        return status === 200 ? body.data : undefined;
      });
      expect(group.participants).toHaveLength(200);
    }
  });

  it('lets five people talk at the same time, then one go and one come, and goes on', async () => {
    before = await talk('before', [
      ...sessionWriters(),
      phoneWriter(founder),
      phoneWriter(stayer),
      phoneWriter(leaver),
    ]);
    const perHalf = 4 * roundsPerHalf;
    await heardBy([founder, stayer, leaver, ...owners], {
      session: perHalf,
      ...Object.fromEntries([founder, stayer, leaver, ...owners].map((phone) => [phone, perHalf])),
    });

    await stack.simulator.control('POST', `/groups/${groupId}`, { remove: [leaver], add: [newcomer] });
    for (const { linked } of sessions) {
      for (const [action, phone] of [
        ['remove', leaver],
        ['add', newcomer],
      ] as const) {
        const { body } = await receiver.event(
          'group.participants',
          ({ sessionId, data }) => sessionId === linked.sessionId && data.action === action,
        );
        expect(body.data.participants).toMatchObject([{ phone: `+${phone}` }]);
      }
    }

    after = await talk('after', [
      ...sessionWriters(),
      phoneWriter(founder),
      phoneWriter(stayer),
      phoneWriter(newcomer),
    ]);
    await heardBy([founder, stayer, newcomer, ...owners], {
      session: 2 * perHalf,
      [newcomer]: perHalf,
      ...Object.fromEntries([founder, stayer, ...owners].map((phone) => [phone, 2 * perHalf])),
    });
  }, 600_000);

  it('brings every message to the webhooks of both sessions once, in the order of its sender', () => {
    for (const { linked } of sessions) {
      expect(bySender(heardAtWebhook(linked.sessionId))).toEqual(of([before, after], linked.phone));
    }
    expect(receiver.unverified).toEqual([]);
  });

  it('brings every message to the phones once, and nothing to the one who was removed', async () => {
    const heard = async (phone: string) => {
      const messages = await heardOnPhone(phone);
      expect(messages.filter(({ copies }) => copies !== 1)).toEqual([]);
      return bySender(messages);
    };
    for (const phone of [founder, stayer, ...owners]) expect(await heard(phone)).toEqual(of([before, after], phone));
    expect(await heard(leaver)).toEqual(of([before], leaver));
    expect(await heard(newcomer)).toEqual(of([after], newcomer));
  });

  it('hands each message of a session to everybody in the crowd, and each is sent', async () => {
    for (const { linked } of sessions) {
      const own = new Set([...(before.get(linked.phone) ?? []), ...(after.get(linked.phone) ?? [])]);
      // The others may have a message before the webhook says that it was sent.
      const sent = await waitFor(`what ${linked.phone} has sent`, () => {
        const ids = receiver
          .events('message.sent')
          .filter(({ body }) => body.sessionId === linked.sessionId)
          .map(({ body }) => body.data.messageId);
        return ids.length >= own.size && ids;
      });
      expect(sent).toHaveLength(own.size);
      expect(new Set(sent)).toEqual(own);
    }
    const stats = await stack.simulator.stats();
    expect(stats.crowdDeliveries).toBe(crowd * owners.length * 2 * roundsPerHalf);
    expect(stats).toMatchObject({ undecryptable: 0, falseSignatures: 0 });
  });
});
