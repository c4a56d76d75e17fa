import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../support/wait-for.ts';
import { type LocalStack, startStack } from './support/local-stack.ts';
import { Receiver } from './support/receiver.ts';
import { createTenant, type LinkedSession, linkSession, type Tenant } from './support/tenant.ts';

const owner = '491520000000';
const friends = ['491520000001', '491520000002', '491520000003', '491520000004', '491520000005'];
const messagesPerFriend = 40;

describe('kill -9 of the connector', () => {
  let stack: LocalStack;
  let receiver: Receiver;
  let tenant: Tenant;
  let session: LinkedSession;

  beforeAll(async () => {
    stack = await startStack();
    receiver = await Receiver.start();
    tenant = await createTenant(stack);
    session = await linkSession(stack, tenant, receiver, owner);
  });

  afterAll(async () => {
    await receiver?.stop();
    await stack?.dispose();
  });

  it('loses no inbound message and repeats none under another id', async () => {
    const sentIds: string[] = [];
    const [worker] = (await stack.control.status()).workers;
    const sending = Promise.all(
      friends.map(async (friend) => {
        for (let number = 1; number <= messagesPerFriend; number++) {
          const { id } = await stack.simulator.send(friend, owner, `${friend} says ${number}`);
          sentIds.push(id);
        }
      }),
    );
    await waitFor('a quarter of the messages at the receiver', () => receiver.events('message.received').length >= 50);
    // At once: whatever is asked for in between gives the messages time to arrive.
    const arrivedBefore = receiver.events('message.received').length;
    process.kill(worker?.pid ?? 0, 'SIGKILL');
    await sending;
    expect(arrivedBefore, 'the kill came while messages were on their way').toBeLessThan(sentIds.length);

    await waitFor(
      'all messages at the receiver',
      () => receiver.events('message.received').length >= sentIds.length,
      90_000,
    );
    const received = receiver.events('message.received').map((webhook) => webhook.body.data.messageId as string);
    expect([...received].sort()).toEqual([...sentIds].sort());
    const status = await waitFor('the worker to be back', async () => {
      const now = await stack.control.status();
      return now.workers.some((each) => each.pid !== worker?.pid && each.sessions === 1) ? now : undefined;
    });
    expect(status.queues.filter((queue) => queue.dead > 0)).toEqual([]);
    expect((await stack.simulator.stats()).undecryptable).toBe(0);
    console.info(
      `kill -9 after ${arrivedBefore} of ${sentIds.length}: ${received.length} received, ${receiver.duplicates()} duplicates`,
    );
  }, 300_000);

  it('sends what was asked while the connector was dead, once', async () => {
    const [worker] = (await stack.control.status()).workers;
    process.kill(worker?.pid ?? 0, 'SIGKILL');
    const texts = Array.from({ length: 10 }, (_, index) => `after the kill ${index}`);
    const ids: string[] = [];
    for (const text of texts) {
      const sent = await tenant.client.post(`/sessions/${session.sessionId}/messages`, { to: friends[0], text });
      expect(sent.status).toBe(202);
      ids.push(sent.body.data.messageId);
    }
    const inbox = await waitFor('all ten on the phone', async () => {
      const messages = await stack.simulator.received(friends[0] ?? '');
      return ids.every((id) => messages.some((message) => message.id === id)) ? messages : undefined;
    });
    const mine = inbox.filter((message) => ids.includes(message.id));
    expect(mine.map((message) => message.text)).toEqual(texts);
    expect(mine.every((message) => message.copies === 1)).toBe(true);
  }, 300_000);
});
