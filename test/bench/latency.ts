import { setTimeout as sleep } from 'node:timers/promises';
import { startStack } from '../e2e/support/local-stack.ts';
import { Receiver } from '../e2e/support/receiver.ts';
import { createTenant, type LinkedSession, linkSession } from '../e2e/support/tenant.ts';
import { waitFor } from '../support/wait-for.ts';
import { atMost, type Figure, percentile } from './report.ts';

const ratesPerSecond = [1, 20, 50];
const messagesMax = 600;
const secondsPerRate = 12;
const warmUpMessages = 300;
const owners = ['491610000001', '491610000002', '491610000003', '491610000004', '491610000005'];
const friend = '491610000009';

/** Phone sends → webhook received, and POST → the phone has it, at several rates over five sessions. */
export async function measureLatency(): Promise<Figure[]> {
  const stack = await startStack();
  const receiver = await Receiver.start();
  try {
    const tenant = await createTenant(stack);
    const sessions: LinkedSession[] = [];
    for (const owner of owners) sessions.push(await linkSession(stack, tenant, receiver, owner));
    const figures: Figure[] = [];

    const inbound = async (index: number) => {
      const owner = owners[index % owners.length] ?? '';
      const startedAt = Date.now();
      const { id } = await stack.simulator.send(friend, owner, `inbound ${index}`);
      return { id, startedAt };
    };
    const outbound = async (index: number) => {
      const session = sessions[index % sessions.length];
      const startedAt = Date.now();
      const sent = await tenant.client.post(`/sessions/${session?.sessionId}/messages`, {
        to: friend,
        text: `out ${index}`,
      });
      return { id: sent.body.data.messageId as string, startedAt };
    };
    // First contacts set up Signal sessions, and code that ran a few times only is several times slower: neither is what is measured.
    await finish(await atRate(20, warmUpMessages, inbound), () => inboundArrivals(receiver));
    await finish(await atRate(20, warmUpMessages, outbound), () => outboundArrivals(stack.simulator));

    for (const rate of ratesPerSecond) {
      const count = Math.min(messagesMax, rate * secondsPerRate);
      const inboundMs = await finish(await atRate(rate, count, inbound), () => inboundArrivals(receiver));
      const outboundMs = await finish(await atRate(rate, count, outbound), () => outboundArrivals(stack.simulator));
      figures.push(
        atMost(`inbound at ${rate}/s, p50 of ${count}`, percentile(inboundMs, 0.5), 'ms', 60),
        atMost(`inbound at ${rate}/s, p99`, percentile(inboundMs, 0.99), 'ms', 250),
        atMost(`outbound at ${rate}/s, p50 of ${count}`, percentile(outboundMs, 0.5), 'ms', 100),
        atMost(`outbound at ${rate}/s, p99`, percentile(outboundMs, 0.99), 'ms'),
      );
    }
    figures.push({
      what: 'webhooks with a bad signature',
      value: String(receiver.unverified.length),
      goal: '0',
      met: receiver.unverified.length === 0,
    });
    figures.push({ what: 'webhooks delivered twice', value: String(receiver.duplicates()) });
    return figures;
  } finally {
    await receiver.stop();
    await stack.dispose();
  }
}

interface Started {
  readonly id: string;
  readonly startedAt: number;
}

/** Starts `count` pieces of work evenly, without waiting for one before the next. */
async function atRate(rate: number, count: number, work: (index: number) => Promise<Started>): Promise<Started[]> {
  const startedAt = performance.now();
  const running: Promise<Started>[] = [];
  for (let index = 0; index < count; index++) {
    const due = startedAt + (index * 1000) / rate;
    const waitMs = due - performance.now();
    if (waitMs > 0) await sleep(waitMs);
    running.push(work(index));
  }
  return Promise.all(running);
}

async function finish(started: readonly Started[], arrivals: () => Promise<Map<string, number>>): Promise<number[]> {
  const at = await waitFor('all messages to arrive', async () => {
    const now = await arrivals();
    return started.every(({ id }) => now.has(id)) ? now : undefined;
  });
  return started.map(({ id, startedAt }) => (at.get(id) ?? Number.NaN) - startedAt);
}

async function inboundArrivals(receiver: Receiver): Promise<Map<string, number>> {
  return new Map(receiver.events('message.received').map((webhook) => [webhook.body.data.messageId, webhook.at]));
}

async function outboundArrivals(simulator: {
  received(phone: string): Promise<readonly { id: string; receivedAt: string }[]>;
}) {
  const messages = await simulator.received(friend);
  return new Map(messages.map((message) => [message.id, Date.parse(message.receivedAt)]));
}
