import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDeliveryQueue } from '../../core/webhooks/delivery-queue.ts';
import { createDeliveryRepository } from '../../core/webhooks/delivery-repository.ts';
import { createTurnRepository } from '../../core/webhooks/turn-repository.ts';
import { createWebhookReader } from '../../core/webhooks/webhook-repository.ts';
import { createEventRecorder } from '../../lambdas/fan-out/event-recorder.ts';
import { fanOutEvents } from '../../lambdas/fan-out/fan-out-events.ts';
import { sweepDue } from '../../lambdas/sweep/sweep-due.ts';
import { EventSide } from '../lambdas/support/event-side.ts';
import { waitFor } from '../support/wait-for.ts';
import { FailingReceiver } from './support/failing-receiver.ts';
import { fastTimes } from './support/fast-times.ts';

export interface KillRunResult {
  readonly events: number;
  readonly kills: number;
  readonly lost: number;
  readonly exhausted: number;
  readonly duplicates: number;
  readonly unverified: number;
  readonly calls: number;
  readonly seconds: number;
}

const workersAtOnce = 4;
const sessions = 20;
const eventsAtOnce = 10;
const patienceMs = 15 * 60_000;

/**
 * Events to a receiver that fails 30 % of all calls, while workers are killed with SIGKILL again and again. The database, the queues and
 * the sweep are the real ones; a worker is a process that does what one environment of the deliver function and its poller do, with
 * waits of seconds instead of days (`fast-times.ts`).
 */
export async function runKills({
  events,
  kills,
}: {
  readonly events: number;
  readonly kills: number;
}): Promise<KillRunResult> {
  const startedAt = performance.now();
  const side = await EventSide.start();
  const receiver = await FailingReceiver.start(0.3);
  const crew = new Crew(side);
  const stopping = new AbortController();
  try {
    shortenQueues(side);
    const ids = await prepareSessions(side, receiver);
    const sweeping = keepSweeping(side, stopping.signal);
    crew.fill();
    const publishing = publishAll(side, ids, events);
    for (let kill = 1; kill <= kills; kill++) {
      const threshold = (kill / (kills + 1)) * events;
      await waitFor('progress', async () => receiver.taken.size >= threshold || undefined, patienceMs);
      crew.killOne();
    }
    await publishing;
    const ended = await waitFor('all deliveries to end', () => allEnded(side, events, receiver), patienceMs);
    stopping.abort();
    await sweeping;
    const exhausted = ended.filter(({ state }) => state === 'exhausted').length;
    return {
      events,
      kills: crew.kills,
      lost: events - receiver.taken.size - exhausted,
      exhausted,
      duplicates: receiver.duplicates,
      unverified: receiver.unverified,
      calls: receiver.calls,
      seconds: (performance.now() - startedAt) / 1_000,
    };
  } finally {
    stopping.abort();
    await crew.dismiss();
    await receiver.stop();
    await side.stop();
  }
}

/** Worker processes; one that ended is replaced at once. */
class Crew {
  kills = 0;
  readonly #side: EventSide;
  readonly #workers = new Set<ChildProcess>();
  #isOver = false;

  constructor(side: EventSide) {
    this.#side = side;
  }

  fill(): void {
    while (!this.#isOver && this.#workers.size < workersAtOnce) {
      const worker = spawn(process.execPath, [join(import.meta.dirname, 'support', 'deliver-worker.ts')], {
        env: { ...this.#side.aws.environment, NODE_NO_WARNINGS: '1' },
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      this.#workers.add(worker);
      worker.on('exit', () => {
        this.#workers.delete(worker);
        this.fill();
      });
    }
  }

  killOne(): void {
    const [oldest] = this.#workers;
    if (oldest?.kill('SIGKILL')) this.kills += 1;
  }

  async dismiss(): Promise<void> {
    this.#isOver = true;
    const exits = [...this.#workers].map((worker) => once(worker, 'exit'));
    for (const worker of this.#workers) worker.kill('SIGKILL');
    await Promise.all(exits);
  }
}

function shortenQueues({ aws }: EventSide): void {
  const { sqs } = aws.engines;
  const RedrivePolicy = { deadLetterTargetArn: sqs.queueArn('wharf-test-deliveries-dead'), maxReceiveCount: 5 };
  for (const url of [aws.queues.deliveriesUrl, aws.queues.slowDeliveriesUrl]) {
    sqs.createQueue(sqs.queueName(url), { RedrivePolicy, VisibilityTimeout: fastTimes.visibilitySeconds });
  }
}

async function prepareSessions(side: EventSide, receiver: FailingReceiver): Promise<string[]> {
  const ids = Array.from({ length: sessions }, (_, index) => `ses_kill${String(index).padStart(22, '0')}`);
  for (const scope of ids) {
    const { secret } = await side.addWebhook(receiver.url(`/${scope}`), { scope });
    receiver.trust(`/${scope}`, secret);
  }
  return ids;
}

async function publishAll(side: EventSide, ids: readonly string[], events: number): Promise<void> {
  const { document: dynamodb, sqs } = side.aws.clients;
  const tableName = side.aws.tables.deliveries;
  const { forgottenAfterMs } = fastTimes;
  const ports = {
    recorder: createEventRecorder({ dynamodb, tableName, usageTableName: side.aws.tables.control }),
    webhooks: createWebhookReader({ dynamodb, tableName: side.aws.tables.control }),
    deliveries: createDeliveryRepository({ dynamodb, tableName, forgottenAfterMs }),
    turns: createTurnRepository({ dynamodb, tableName }),
    sendTasks: createDeliveryQueue({ sqs, queueUrls: side.aws.queues.laneUrls }),
    now: Date.now,
  };
  for (let start = 0; start < events; start += eventsAtOnce) {
    const sessionId = ids[(start / eventsAtOnce) % ids.length] ?? '';
    const some = Array.from({ length: Math.min(eventsAtOnce, events - start) }, (_, index) =>
      side.envelope(`cause-${start + index}`, { sessionId, data: dataOf(start + index) }),
    );
    await fanOutEvents(some, ports);
  }
}

/** What bodies are made of that clients get wrong: emoji, line separators, numbers beyond 2^53, and now and then 190 kB. */
function dataOf(index: number): Readonly<Record<string, unknown>> {
  const JSONRaw = JSON as unknown as { rawJSON(text: string): unknown };
  return {
    messageId: `3EB0${index}`,
    text: index % 500 === 7 ? 'é'.repeat(95_000) : `👩‍👩‍👧‍👦 \u2028 \u2029 "quoted" \\ ${index}`,
    number: JSONRaw.rawJSON('9007199254740993123456789'),
  };
}

async function keepSweeping(side: EventSide, signal: AbortSignal): Promise<void> {
  const { document: dynamodb, sqs } = side.aws.clients;
  const sendTasks = createDeliveryQueue({ sqs, queueUrls: side.aws.queues.laneUrls });
  while (!signal.aborted) {
    const { lookAgainMs } = fastTimes;
    const ports = { dynamodb, tableName: side.aws.tables.deliveries, sendTasks, now: Date.now, lookAgainMs };
    await sweepDue({ ...ports, hasTime: () => !signal.aborted });
    await sleep(fastTimes.sweepEveryMs);
  }
}

/** Looks into the database only when the receiver has nearly everything: a scan is no cheap question. */
async function allEnded(side: EventSide, events: number, receiver: FailingReceiver) {
  if (receiver.taken.size < events - 20) return undefined;
  const rows = await side.deliveries();
  const ended = rows.filter(({ state }) => state === 'succeeded' || state === 'exhausted');
  return ended.length === events ? ended : undefined;
}
