import { setTimeout as sleep } from 'node:timers/promises';
import type { Delivery, DeliveryTask } from '../../../core/webhooks/delivery.ts';
import type { Lane, TaskToSend } from '../../../core/webhooks/delivery-queue.ts';
import { groupOf } from '../../../core/webhooks/delivery-queue.ts';
import { endpointLimits } from '../../../core/webhooks/endpoints/index.ts';
import { createGuardedAgent, guardedRequest } from '../../../core/webhooks/guard/index.ts';
import { newWebhookSecret } from '../../../core/webhooks/secret.ts';
import type { Webhook } from '../../../core/webhooks/webhook.ts';
import { deliverBatch } from '../../../lambdas/deliver/deliver-batch.ts';
import { createKnownBreakers } from '../../../lambdas/deliver/deliver-group.ts';
import { type DeliverPorts, deliverPace } from '../../../lambdas/deliver/deliver-ports.ts';
import { createEgressWitness } from '../../../lambdas/deliver/egress-witness.ts';
import { createShipmentSigner } from '../../../lambdas/deliver/signed-shipment.ts';
import { type SqsEngine, startSqs } from '../../../local/engines/sqs/index.ts';
import { createMemoryEndpoints, MemoryDeliveries } from './memory-stores.ts';

export interface MemoryWorldOptions {
  /** Batches at once, as the event source mappings bound them. */
  readonly environments: Readonly<Record<Lane, number>>;
  readonly certificateAuthorities?: readonly string[];
  /** Calls to one endpoint at once. */
  readonly inFlightMax?: number;
}

const tenantId = 'usr_memory';
const batchSize = 5;
const queueNames = { fast: 'deliveries', slow: 'deliveries-slow' } as const;

/** The deliver function's code, guard and signatures over the real queue engine, with rows in memory and every batch in one process. */
export class MemoryWorld {
  readonly deliveries = new MemoryDeliveries();
  readonly webhooks = new Map<string, Webhook>();
  readonly #secrets = new Map<string, string>();
  readonly #sqs: SqsEngine;
  readonly #stopping = new AbortController();
  readonly #loops: Promise<void>[] = [];
  readonly ports: DeliverPorts;
  readonly #agent;
  readonly #known = createKnownBreakers(Date.now);

  private constructor(sqs: SqsEngine, options: MemoryWorldOptions) {
    this.#sqs = sqs;
    const { certificateAuthorities = [] } = options;
    this.#agent = createGuardedAgent({ allowedCidrs: ['127.0.0.1/32'], certificateAuthorities });
    this.ports = this.#makePorts(options.inFlightMax ?? endpointLimits.inFlightMax);
    for (const lane of ['fast', 'slow'] as const) {
      for (let count = 0; count < options.environments[lane]; count++) this.#loops.push(this.#serve(lane));
    }
  }

  static async start(options: MemoryWorldOptions): Promise<MemoryWorld> {
    const sqs = await startSqs();
    for (const name of Object.values(queueNames)) sqs.createQueue(name, { VisibilityTimeout: 150 });
    return new MemoryWorld(sqs, options);
  }

  addWebhook(url: string): Webhook {
    const at = new Date().toISOString();
    const webhook: Webhook = {
      tenantId,
      webhookId: `wh_${this.webhooks.size}`,
      scope: 'ses_memory',
      url,
      events: ['*'],
      status: 'enabled',
      secrets: [{ sealed: Buffer.from(`${this.webhooks.size}`), createdAt: at }],
      createdAt: at,
      updatedAt: at,
    };
    this.#secrets.set(`${this.webhooks.size}`, newWebhookSecret());
    this.webhooks.set(webhook.webhookId, webhook);
    return webhook;
  }

  /** Makes a delivery as fan-out does: the row, then the task. */
  submit({ webhookId }: Webhook, index: number, body: string): void {
    const at = new Date().toISOString();
    const deliveryId = `dlv_${index}`;
    const scope = 'ses_memory';
    const shared = { tenantId, deliveryId, webhookId, scope, sessionId: scope, sequence: index };
    const delivery: Delivery = {
      ...shared,
      eventId: `evt_${index}`,
      eventType: 'message.received',
      state: 'pending',
      attempts: 0,
      createdAt: at,
      updatedAt: at,
      expiresAtSeconds: 0,
    };
    this.deliveries.insert(delivery);
    const lane = this.webhooks.get(webhookId)?.lane ?? 'fast';
    this.#send([{ task: { version: 1, ...shared, attempt: 1, body }, lane }]);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#loops);
    this.#agent.destroy();
    await this.#sqs.stop();
  }

  async #serve(lane: Lane): Promise<void> {
    const queue = queueNames[lane];
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const messages = await this.#sqs.receive(queue, { max: batchSize, waitMs: 20_000, signal });
      if (messages.length === 0) continue;
      const tasks = messages.map(({ body }) => JSON.parse(body) as DeliveryTask);
      const outcomes = await deliverBatch({ tasks, lane, hasTime: () => true, known: this.#known }, this.ports);
      for (const [index, task] of tasks.entries()) {
        const outcome = outcomes.get(task);
        if (outcome?.status === 'rejected') throw outcome.reason;
        this.#sqs.delete(queue, messages[index]?.receiptHandle ?? '');
      }
    }
  }

  #send(tasks: readonly TaskToSend[]): void {
    for (const { task, lane, delaySeconds } of tasks) {
      const body = JSON.stringify(task);
      this.#sqs.send(queueNames[lane], {
        body,
        groupId: groupOf(task),
        ...(delaySeconds !== undefined && { delaySeconds }),
      });
    }
  }

  #makePorts(inFlightMax: number): DeliverPorts {
    const now = Date.now;
    const limits = { ...endpointLimits, inFlightMax };
    return {
      deliveries: this.deliveries.port(),
      writeAttempt: async () => undefined,
      turns: { first: async () => undefined, remove: async () => undefined },
      endpoints: createMemoryEndpoints(limits),
      webhooks: {
        find: async ({ webhookId }) => this.webhooks.get(webhookId),
        disable: async () => undefined,
        setLane: async ({ webhookId }, lane) => {
          const { lane: _lane, ...webhook } = this.webhooks.get(webhookId) as Webhook;
          this.webhooks.set(webhookId, lane === 'slow' ? { ...webhook, lane } : webhook);
        },
      },
      readEventBody: () => Promise.reject(new Error('Every task carries its body here.')),
      sign: createShipmentSigner({
        sealer: {
          open: async (_tenantId, sealed) => Buffer.from(this.#secrets.get(Buffer.from(sealed).toString()) ?? ''),
        },
        now,
      }),
      send: ({ url }, { body, headers }) => guardedRequest(this.#agent, { url, method: 'POST', headers, body }),
      egress: createEgressWitness({ canReach: async () => true, now }),
      sendTasks: async (tasks) => this.#send(tasks),
      publish: async () => undefined,
      inFlightMax: async () => inFlightMax,
      limits,
      pace: deliverPace,
      onTrouble: (_what, error) => {
        throw error;
      },
      now,
      sleep,
      random: Math.random,
    };
  }
}
