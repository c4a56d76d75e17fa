import type { LocalStack } from '../e2e/support/local-stack.ts';
import type { Receiver } from '../e2e/support/receiver.ts';
import type { ReceivedMessage } from '../e2e/support/simulator-client.ts';
import type { LinkedSession, Tenant } from '../e2e/support/tenant.ts';
import { untilNoneMissing } from '../support/until-none-missing.ts';
import { waitFor } from '../support/wait-for.ts';
import type { Accepted, Traffic } from './traffic.ts';

export interface Parts {
  readonly stack: LocalStack;
  readonly tenant: Tenant;
  readonly receiver: Receiver;
  readonly traffic: Traffic;
  readonly sessions: readonly LinkedSession[];
  readonly friends: readonly string[];
}

/** What a run came to; all but the sums must be nought. */
export interface Counts {
  /** How long it took after the traffic until all had arrived, or nothing arrived any more. */
  readonly backlogMs: number;
  readonly inboundSent: number;
  readonly inboundLost: readonly string[];
  /** Messages that came as two events, with two `webhook-id`s. */
  readonly inboundTwice: readonly string[];
  readonly outboundAccepted: number;
  readonly outboundLost: readonly Accepted[];
  /** Messages that a phone shows as two, under two ids. */
  readonly shownTwice: readonly string[];
  /** Messages that reached a phone again under the same id, which it shows once: sent before a crash, noted as sent after it. */
  readonly copiesDropped: number;
  /** Messages that a phone or a session could not decrypt to the end. */
  readonly undecryptable: readonly string[];
  readonly repeatedWebhooks: number;
  readonly falseSignatures: readonly string[];
  readonly deadLetters: readonly string[];
  readonly notConnected: readonly string[];
  readonly refused: readonly string[];
}

/** Waits until everything has arrived, or nothing arrives any more, and counts. */
export async function count(parts: Parts): Promise<Counts> {
  const { stack, receiver, traffic, friends } = parts;
  const { waitedMs: backlogMs } = await untilNoneMissing(() => countMissing(parts));
  const phones = await readPhones(parts);
  const arrived = receiver.events('message.received').map(({ body }) => body.data.messageId as string);
  const arrivedIds = new Set(arrived);
  const { queues } = await stack.control.status();
  const ownIds = new Set(traffic.outbound.map(({ messageId }) => messageId));
  const shown = friends.flatMap((friend) => phones.get(friend) ?? []).filter(({ id }) => ownIds.has(id));
  const isShown = new Set(shown.map(({ id }) => id));
  const texts = new Map(traffic.outbound.map(({ messageId, text }) => [messageId, text]));
  return {
    backlogMs,
    inboundSent: traffic.inbound.length,
    inboundLost: traffic.inbound.filter((id) => !arrivedIds.has(id)),
    inboundTwice: arrived.filter((id, index) => arrived.indexOf(id) !== index),
    outboundAccepted: traffic.outbound.length,
    outboundLost: traffic.outbound.filter(({ messageId }) => !isShown.has(messageId)),
    shownTwice: textsShownTwice(friends.map((friend) => phones.get(friend) ?? [])),
    copiesDropped: shown.reduce((sum, { copies }) => sum + copies - 1, 0),
    undecryptable: shown.filter(({ id, text }) => text !== texts.get(id)).map(({ id }) => id),
    repeatedWebhooks: receiver.duplicates(),
    falseSignatures: receiver.unverified,
    deadLetters: queues.filter(({ dead }) => dead > 0).map(({ name, dead }) => `${dead} of ${name}`),
    notConnected: await notConnected(parts),
    refused: traffic.refused,
  };
}

/** Every text is sent once, so that one which stands twice on a phone came under two ids. */
function textsShownTwice(inboxes: readonly (readonly ReceivedMessage[])[]): readonly string[] {
  return inboxes.flatMap((inbox) => {
    const texts = inbox.map(({ text }) => text);
    return texts.filter((text, index) => texts.indexOf(text) !== index);
  });
}

/** A message that a phone cannot read yet is on its way as well: the phone asks for it again. */
async function countMissing(parts: Parts): Promise<number> {
  const { receiver, traffic } = parts;
  const arrived = new Set(receiver.events('message.received').map(({ body }) => body.data.messageId as string));
  const shown = new Map([...(await readPhones(parts)).values()].flat().map(({ id, text }) => [id, text]));
  const inbound = traffic.inbound.filter((id) => !arrived.has(id)).length;
  return inbound + traffic.outbound.filter(({ messageId, text }) => shown.get(messageId) !== text).length;
}

async function readPhones({ stack, friends }: Parts): Promise<Map<string, readonly ReceivedMessage[]>> {
  const phones = new Map<string, readonly ReceivedMessage[]>();
  for (const friend of friends) phones.set(friend, await stack.simulator.received(friend));
  return phones;
}

/** A session that moves to another worker just now, for the balance, is back in a moment. */
async function notConnected({ tenant, sessions }: Parts): Promise<readonly string[]> {
  const missing: string[] = [];
  for (const { sessionId } of sessions) {
    let status: unknown;
    const connected = waitFor(`session ${sessionId} to be connected`, async () => {
      status = (await tenant.client.get(`/sessions/${sessionId}/status`)).body.data?.status;
      return status === 'connected';
    });
    await connected.catch(() => missing.push(`${sessionId}: ${status}`));
  }
  return missing;
}
