import { setTimeout as sleep } from 'node:timers/promises';
import type { EventEnvelope } from '../../../core/events/event.ts';
import type { DeliveryTask } from '../../../core/webhooks/delivery.ts';
import type { Lane, TaskToSend } from '../../../core/webhooks/delivery-queue.ts';
import { createDeliveryRepository } from '../../../core/webhooks/delivery-repository.ts';
import {
  createEndpointRepository,
  type EndpointLimits,
  endpointLimits,
} from '../../../core/webhooks/endpoints/index.ts';
import { type GuardedAgent, guardedRequest } from '../../../core/webhooks/guard/index.ts';
import { createTurnRepository } from '../../../core/webhooks/turn-repository.ts';
import { createWebhookReader } from '../../../core/webhooks/webhook-repository.ts';
import { deliverBatch } from '../../../lambdas/deliver/deliver-batch.ts';
import { createKnownBreakers } from '../../../lambdas/deliver/deliver-group.ts';
import { type DeliverPorts, type DeliverResult, deliverPace } from '../../../lambdas/deliver/deliver-ports.ts';
import { createEgressWitness } from '../../../lambdas/deliver/egress-witness.ts';
import { createEventBodyReader } from '../../../lambdas/deliver/read-event-body.ts';
import { createShipmentSigner } from '../../../lambdas/deliver/signed-shipment.ts';
import type { EventSide } from './event-side.ts';

export interface PortsOptions {
  readonly side: EventSide;
  readonly agent: GuardedAgent;
  readonly now: () => number;
  /** What deliver put on its queues. */
  readonly sent?: TaskToSend[];
  /** What deliver told the tenant. */
  readonly told?: EventEnvelope[];
  readonly limits?: EndpointLimits;
  readonly leaseMs?: number;
}

/** The ports of deliver over the engines of the event side, with its messages caught. */
export function makeDeliverPorts(options: PortsOptions, more: Partial<DeliverPorts> = {}): DeliverPorts {
  const { side, agent, now, sent = [], told = [], limits = endpointLimits } = options;
  const dynamodb = side.aws.clients.document;
  const tableName = side.aws.tables.deliveries;
  const deliveries = createDeliveryRepository({
    dynamodb,
    tableName,
    now,
    ...(options.leaseMs !== undefined && { leaseMs: options.leaseMs }),
  });
  return {
    deliveries,
    writeAttempt: (attempt) => deliveries.writeAttempts([attempt]),
    turns: createTurnRepository({ dynamodb, tableName }),
    endpoints: createEndpointRepository({ dynamodb, tableName, limits, now }),
    webhooks: createWebhookReader({ dynamodb, tableName: side.aws.tables.control, now }),
    readEventBody: createEventBodyReader({ dynamodb, tableName }),
    sign: createShipmentSigner({ sealer: side.sealer, now }),
    send: ({ url }, { body, headers }) => guardedRequest(agent, { url, method: 'POST', headers, body }),
    egress: createEgressWitness({ canReach: async () => true, now }),
    sendTasks: async (tasks) => {
      sent.push(...tasks);
    },
    publish: async (event) => {
      told.push(event);
    },
    inFlightMax: async () => limits.inFlightMax,
    limits,
    pace: deliverPace,
    onTrouble: (_what, error) => {
      throw error;
    },
    now,
    sleep,
    random: () => 0.5,
    ...more,
  };
}

/** Delivers tasks in one batch; rejects when one of them must come again. */
export async function deliverAll(
  tasks: readonly DeliveryTask[],
  ports: DeliverPorts,
  lane: Lane = 'fast',
): Promise<DeliverResult[]> {
  const known = createKnownBreakers(ports.now);
  const outcomes = await deliverBatch({ tasks, lane, hasTime: () => true, known }, ports);
  return tasks.map((task) => {
    const outcome = outcomes.get(task);
    if (outcome?.status !== 'fulfilled') throw outcome?.reason;
    return outcome.value;
  });
}

/** Delivers one task; rejects when it must come again. */
export async function deliverTask(task: DeliveryTask, ports: DeliverPorts, lane?: Lane): Promise<DeliverResult> {
  const [result] = await deliverAll([task], ports, lane);
  if (result === undefined) throw new Error('The task has no result.');
  return result;
}
