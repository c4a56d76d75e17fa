import { setImmediate as turn } from 'node:timers/promises';
import type { EventEnvelope } from '../../../core/events/event.ts';
import type { Delivery } from '../../../core/webhooks/delivery.ts';
import type { Lane, TaskToSend } from '../../../core/webhooks/delivery-queue.ts';
import {
  createDeliveryRepository,
  type DeliveryRepository,
  type Wake,
} from '../../../core/webhooks/delivery-repository.ts';
import { createTurnRepository } from '../../../core/webhooks/turn-repository.ts';
import { createWebhookReader } from '../../../core/webhooks/webhook-repository.ts';
import { deliverBatch } from '../../../lambdas/deliver/deliver-batch.ts';
import { createKnownBreakers } from '../../../lambdas/deliver/deliver-group.ts';
import type { DeliverPorts, DeliverResult } from '../../../lambdas/deliver/deliver-ports.ts';
import type { SendOutcome } from '../../../lambdas/deliver/destinations/index.ts';
import { createEventRecorder } from '../../../lambdas/fan-out/event-recorder.ts';
import { fanOutEvents } from '../../../lambdas/fan-out/fan-out-events.ts';
import { sweepDue } from '../../../lambdas/sweep/sweep-due.ts';
import { makeDeliverPorts } from './deliver-ports.ts';
import type { EventSide } from './event-side.ts';

interface Waiting extends TaskToSend {
  readonly visibleAtMs: number;
}

export interface Call {
  readonly atMs: number;
  readonly webhookId: string;
  readonly eventId: string;
  readonly sequence: number;
}

const batchSize = 5;
const batchesAtOnce = 8;

export const accepted: SendOutcome = {
  kind: 'answer',
  statusCode: 200,
  headers: {},
  head: Buffer.from(''),
  isCut: false,
  durationMs: 20,
};

export const broken: SendOutcome = { ...accepted, statusCode: 500 };

export const refused: SendOutcome = {
  kind: 'failure',
  errorKind: 'connect',
  message: 'The connection was not accepted (ECONNREFUSED).',
  blame: 'receiver',
  durationMs: 1,
};

/**
 * Fan-out, deliver and the sweep over the real database, with a clock that jumps to the next thing to do and queues that are a list. Eight
 * batches run side by side, so that what must hold between workers is tried.
 */
export class FastMotion {
  nowMs: number;
  readonly calls: Call[] = [];
  readonly told: EventEnvelope[] = [];
  readonly results: DeliverResult[] = [];
  hopsSeen = 0;
  /** A run over days sweeps more seldom than each minute; what is due by then is the same. */
  sweepEveryMs = 60_000;
  /** What the receiver of a webhook does with a call. */
  answer: (call: Call) => SendOutcome = () => accepted;
  readonly ports: DeliverPorts;
  #queue: Waiting[] = [];
  #nextSweepMs: number;
  readonly #side: EventSide;
  readonly #known;

  constructor(side: EventSide, more: Partial<DeliverPorts> = {}) {
    this.#side = side;
    this.nowMs = Date.parse('2026-11-22T12:00:00.000Z');
    this.#nextSweepMs = this.nowMs + this.sweepEveryMs;
    const now = () => this.nowMs;
    this.#known = createKnownBreakers(now);
    this.ports = {
      ...makeDeliverPorts({ side, agent: undefined as never, now, told: this.told }),
      send: async (webhook, { body, headers }) => {
        const { sequence } = JSON.parse(Buffer.from(body).toString()) as { sequence: number };
        const eventId = headers['webhook-id'] ?? '';
        const call = { atMs: this.nowMs, webhookId: webhook.webhookId, eventId, sequence };
        this.calls.push(call);
        return this.answer(call);
      },
      sendTasks: async (tasks) => this.#enqueue(tasks),
      // Time stands still while work is done, so a wait is one turn for the others.
      sleep: () => turn(),
      random: Math.random,
      ...more,
    };
  }

  /** Events of one session, recorded and fanned out in their order. */
  async publish(sessionId: string, causes: readonly string[]): Promise<void> {
    const dynamodb = this.#side.aws.clients.document;
    const tableName = this.#side.aws.tables.deliveries;
    const now = () => this.nowMs;
    const ports = {
      recorder: createEventRecorder({ dynamodb, tableName, usageTableName: this.#side.aws.tables.control, now }),
      webhooks: createWebhookReader({ dynamodb, tableName: this.#side.aws.tables.control, now }),
      deliveries: createDeliveryRepository({ dynamodb, tableName, now }),
      turns: createTurnRepository({ dynamodb, tableName }),
      sendTasks: async (tasks: readonly TaskToSend[]) => this.#enqueue(tasks),
      now,
    };
    for (let start = 0; start < causes.length; start += 10) {
      const some = causes.slice(start, start + 10).map((cause) => this.#side.envelope(cause, { sessionId }));
      await fanOutEvents(some, ports);
    }
  }

  repository(): DeliveryRepository {
    const { clients, tables } = this.#side.aws;
    return createDeliveryRepository({
      dynamodb: clients.document,
      tableName: tables.deliveries,
      now: () => this.nowMs,
    });
  }

  /** Sends deliveries again by hand, as the API does. */
  async replay(rows: readonly Delivery[], wake: Wake): Promise<void> {
    for (const row of rows) {
      const queued = await this.repository().requeue(row, wake);
      if (queued === undefined) throw new Error('A delivery was under way.');
      const { tenantId, deliveryId, webhookId, sessionId, scope = sessionId, sequence } = queued;
      const task = { version: 1, tenantId, deliveryId, webhookId, sessionId, scope, sequence, isReplay: true } as const;
      this.#enqueue([{ task, lane: 'slow' }]);
    }
  }

  /** Runs everything that is due until the given time has passed on the clock. */
  async run(forMs: number): Promise<void> {
    const endMs = this.nowMs + forMs;
    for (;;) {
      const nextMs = Math.min(this.#nextSweepMs, ...this.#queue.map(({ visibleAtMs }) => visibleAtMs));
      if (nextMs > endMs) break;
      this.nowMs = Math.max(this.nowMs, nextMs);
      if (this.nowMs >= this.#nextSweepMs) await this.#sweep();
      await this.#deliverVisible();
    }
    this.nowMs = endMs;
  }

  async #sweep(): Promise<void> {
    this.#nextSweepMs = this.nowMs + this.sweepEveryMs;
    await sweepDue({
      dynamodb: this.#side.aws.clients.document,
      tableName: this.#side.aws.tables.deliveries,
      sendTasks: async (tasks) => this.#enqueue(tasks),
      now: () => this.nowMs,
      hasTime: () => true,
    });
  }

  async #deliverVisible(): Promise<void> {
    const batches: Promise<void>[] = [];
    for (const lane of ['fast', 'slow'] as const) {
      const visible = this.#queue.filter((each) => each.lane === lane && each.visibleAtMs <= this.nowMs);
      const taken = visible.slice(0, batchSize * batchesAtOnce);
      this.#queue = this.#queue.filter((each) => !taken.includes(each));
      for (let start = 0; start < taken.length; start += batchSize) {
        batches.push(this.#deliver(taken.slice(start, start + batchSize), lane));
      }
    }
    await Promise.all(batches);
  }

  async #deliver(batch: readonly Waiting[], lane: Lane): Promise<void> {
    const tasks = batch.map(({ task }) => task);
    const outcomes = await deliverBatch({ tasks, lane, hasTime: () => true, known: this.#known }, this.ports);
    for (const outcome of outcomes.values()) {
      if (outcome.status === 'rejected') throw outcome.reason;
      this.results.push(outcome.value);
    }
  }

  #enqueue(tasks: readonly TaskToSend[]): void {
    for (const each of tasks) {
      this.hopsSeen = Math.max(this.hopsSeen, each.task.hops ?? 0);
      this.#queue.push({ ...each, visibleAtMs: this.nowMs + (each.delaySeconds ?? 0) * 1_000 });
    }
  }
}
