import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fuzzSeed } from '../../support/fuzz-seed.ts';
import { waitFor } from '../../support/wait-for.ts';
import { type ConversationWorld, startConversationWorld } from '../support/conversation-world.ts';
import { fuzzedMessages } from './fuzzed-messages.ts';

const owner = '491570000001';
const friend = '491570000002';
const other = '491570000003';
const count = 400;
const seed = fuzzSeed();

const isLogin = ({ kind }: { readonly kind: string }) => kind === 'login';

describe(`content that no client would write (FUZZ_SEED=${seed})`, () => {
  /** Reasons that were logged, by the id of the message that got no event. */
  const logged = new Map<string, string>();
  let world: ConversationWorld;
  let session: Awaited<ReturnType<ConversationWorld['link']>>;
  let group: string;

  beforeAll(async () => {
    world = await startConversationWorld(({ messageId, changeId, reason }) => {
      if (typeof reason === 'string') logged.set(String(changeId ?? messageId), reason);
    });
    for (const phone of [friend, other]) await world.control('POST', '/phones', { phone });
    session = await world.link(owner);
    group = (await world.control('POST', '/groups', { subject: 'Team', owner: friend, members: [owner, other] })).id;
  });
  afterAll(() => world?.stop());

  const told = () =>
    new Set(session.conversationEvents.flatMap(({ data }) => [data.messageId, data.changeId]).map(String));

  it.each([
    ['a chat of two', () => owner],
    ['a group', () => group],
  ] as readonly (readonly [string, () => string])[])(
    'each of it makes an event or a logged reason, and the session goes on, in %s',
    async (_, to) => {
      const sent = new Map<string, string>();
      for (const { name, raw } of fuzzedMessages(seed, count / 2)) {
        sent.set(await world.write(friend, { to: to(), raw: raw.toString('base64') }), name);
      }
      const good = await world.write(friend, { to: to(), text: 'still here' });
      await waitFor('the good message', () => told().has(good));
      const silent = () => [...sent].filter(([id]) => !told().has(id) && !logged.has(id));
      await waitFor('a trace of each', () => silent().length === 0).catch(() => undefined);
      expect(silent()).toEqual([]);
      const withEvent = [...sent.keys()].filter((id) => told().has(id)).length;
      const withReason = [...sent.keys()].filter((id) => !told().has(id) && logged.has(id)).length;
      // Not by the console, which the connector silences.
      process.stdout.write(`seed ${seed}: ${sent.size} sent = ${withEvent} events + ${withReason} logged reasons\n`);
      expect(withEvent + withReason).toBe(sent.size);
      expect(withEvent).toBeGreaterThan(sent.size / 2);
      expect(session.machine.status).toBe('connected');
    },
  );

  it('is still connected by the same socket, and sends', async () => {
    const { events } = await world.control('GET', '/events?since=0');
    const after = (events as { kind: string }[]).slice((events as { kind: string }[]).findLastIndex(isLogin) + 1);
    expect((events as { kind: string }[]).filter(isLogin)).toHaveLength(1);
    expect(after.filter(({ kind }) => kind === 'socket-close')).toEqual([]);
    const row = await session.send({ phone: other }, { content: { type: 'text', text: 'still here' } });
    // The phone's receipt may be here already.
    expect(['sent', 'delivered']).toContain(row.status);
    await world.received(other, row.messageId);
  });
});
