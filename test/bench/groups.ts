import { type LocalStack, startStack } from '../e2e/support/local-stack.ts';
import { Receiver } from '../e2e/support/receiver.ts';
import { createTenant, type LinkedSession, linkSession, type Tenant } from '../e2e/support/tenant.ts';
import { waitFor } from '../support/wait-for.ts';
import { connectorMemoryMiB } from './connector-process.ts';
import { atMost, type Figure, percentile } from './report.ts';

const sizes = (process.env.GROUP_SIZES ?? '10,100,1000').split(',').map(Number);
const sendsPerGroup = Number(process.env.GROUP_SENDS ?? 50);
const founder = '491670000002';
/** The session's own number and the founder's. */
const namedMembers = 2;
/** The first send opens a Signal session with every member; a bound against hanging, not a claim. */
const sentMsMax = 180_000;

interface Sending {
  readonly stack: LocalStack;
  readonly receiver: Receiver;
  readonly tenant: Tenant;
  readonly session: LinkedSession;
  readonly groupId: string;
}

/** From the request to the API, in milliseconds: until a member's phone has the message, and until the webhook that says it is sent. */
interface Times {
  readonly phoneMs: number;
  readonly webhookMs: number;
}

/**
 * The first message to a group, for which every member's device needs a Signal session and the sender key, and the ones after it, one at
 * a time. WhatsApp's ack, and the row that says `sent` after it, lie between the two moments that are measured.
 */
export async function measureGroups(): Promise<Figure[]> {
  const stack = await startStack();
  const receiver = await Receiver.start();
  try {
    const tenant = await createTenant(stack);
    const session = await linkSession(stack, tenant, receiver, '491670000001');
    await stack.simulator.createPhone(founder, 'Founder');
    const newGroup = async (size: number) => {
      const body = {
        subject: `Group of ${size}`,
        owner: founder,
        members: [session.phone],
        crowd: size - namedMembers,
      };
      const { id } = await stack.simulator.control<{ id: string }>('POST', '/groups', body);
      await waitFor('the session to know the group', async () => {
        const { status, body: answer } = await tenant.client.get(`/sessions/${session.sessionId}/groups/${id}`);
        return status === 200 && answer.data.participants.length === size;
      });
      return { stack, receiver, tenant, session, groupId: id };
    };
    // Code that ran a few times only is several times slower, and that is not what is measured.
    const warmUp = await newGroup(4);
    for (let index = 0; index < sendsPerGroup; index++) await send(warmUp, index);

    const figures: Figure[] = [atMost('connector before', await connectorMemoryMiB(stack), 'MiB')];
    for (const size of sizes) {
      const group = await newGroup(size);
      const first = await send(group, 0);
      const firstMiB = await connectorMemoryMiB(stack);
      const later: Times[] = [];
      for (let index = 1; index <= sendsPerGroup; index++) later.push(await send(group, index));
      const phoneMs = later.map((times) => times.phoneMs);
      const webhookMs = later.map((times) => times.webhookMs);
      figures.push(
        atMost(`${size} members, first send, on a phone`, first.phoneMs, 'ms'),
        atMost('  told as sent', first.webhookMs, 'ms'),
        atMost('  connector after it', firstMiB, 'MiB'),
        atMost(`  later sends, on a phone, p50 of ${sendsPerGroup}`, percentile(phoneMs, 0.5), 'ms'),
        atMost('  later sends, on a phone, p99', percentile(phoneMs, 0.99), 'ms'),
        atMost('  later sends, told as sent, p50', percentile(webhookMs, 0.5), 'ms'),
        atMost('  later sends, told as sent, p99', percentile(webhookMs, 0.99), 'ms'),
        atMost('  connector after them', await connectorMemoryMiB(stack), 'MiB'),
      );
    }
    return figures;
  } finally {
    await receiver.stop();
    await stack.dispose();
  }
}

/** The moment of the ack itself is told in whole seconds only, so the two moments around it are taken. */
async function send({ tenant, session, groupId, receiver, stack }: Sending, index: number): Promise<Times> {
  const startedAt = Date.now();
  const path = `/sessions/${session.sessionId}/messages`;
  const queued = await tenant.client.post(path, { to: groupId, text: `group ${index}` });
  if (queued.status !== 202) throw new Error(`The send was answered with ${queued.status}`);
  const { messageId } = queued.body.data;
  const sent = await waitFor(
    `the message ${messageId} to be sent`,
    () => receiver.events('message.sent').find(({ body }) => body.data.messageId === messageId),
    sentMsMax,
  );
  const received = await stack.simulator.received(founder);
  const arrived = received.find(({ id }) => id === messageId);
  if (arrived === undefined) throw new Error('A message that was sent is not on the phone');
  return { phoneMs: Date.parse(arrived.receivedAt) - startedAt, webhookMs: sent.at - startedAt };
}
