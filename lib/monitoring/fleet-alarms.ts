import { Duration } from 'aws-cdk-lib';
import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import type { Alarms } from './alarms.ts';
import { type OwnMetricKey, type OwnMetricOptions, ownMetric } from './own-metric.ts';

const fiveMinutes = Duration.minutes(5);

/** The connectors as a whole: are there enough, does each session have one, does WhatsApp like them. */
export function addFleetAlarms(alarms: Alarms, stage: string): void {
  const metric = (key: OwnMetricKey, options: Omit<OwnMetricOptions, 'stage'> = {}) =>
    ownMetric(key, { stage, ...options });
  addWorkerAlarms(alarms, metric);
  addWhatsAppAlarms(alarms, metric);
}

type MetricOf = (key: OwnMetricKey, options?: Omit<OwnMetricOptions, 'stage'>) => ReturnType<typeof ownMetric>;

function addWorkerAlarms(alarms: Alarms, metric: MetricOf): void {
  const gauge = (key: OwnMetricKey) => metric(key, { statistic: 'Maximum' });
  alarms.add('NoWorkerRuns', {
    symptom: 'Sessions need a connector and none has run for ten minutes: nobody receives anything.',
    article: 'no-worker-runs',
    metric: difference('IF(needed > 0 AND live < 1, 1, 0)', {
      needed: gauge('sessionsNeeded'),
      live: gauge('workersLive'),
    }),
    threshold: 1,
    periods: 2,
  });
  alarms.add('WorkersMissing', {
    symptom: 'Fewer connectors run than the scaler asked for, for 15 minutes.',
    article: 'workers-are-missing',
    metric: difference('desired - live', { desired: gauge('workersDesired'), live: gauge('workersLive') }),
    threshold: 1,
    periods: 3,
  });
  alarms.add('ShardsOrphaned', {
    symptom: 'Shards with sessions have no owner for five minutes.',
    article: 'shards-without-an-owner',
    metric: metric('shardsOrphaned', { statistic: 'Minimum', minutes: 5 }),
    threshold: 1,
  });
  alarms.add('WorkersFenced', {
    symptom: 'A connector could not renew its beat and closed all its sockets.',
    article: 'a-worker-fenced-itself',
    metric: metric('workersFenced', { minutes: 5 }),
    threshold: 1,
  });
  alarms.add('MemoryUsed', {
    symptom: 'A connector uses more than 85 % of its memory for ten minutes.',
    article: 'workers-run-out-of-memory',
    metric: metric('memoryUsedPercent', { statistic: 'Maximum', minutes: 5 }),
    threshold: 85,
    periods: 2,
  });
  alarms.add('EventLoopDelay', {
    symptom: 'The event loop of a connector is more than 250 ms late in its slowest hundredth.',
    article: 'the-event-loop-is-late',
    metric: metric('eventLoopDelayP99Ms', { statistic: 'Maximum', minutes: 5 }),
    threshold: 250,
    periods: 2,
  });
}

function addWhatsAppAlarms(alarms: Alarms, metric: MetricOf): void {
  alarms.add('ClientsRefused', {
    symptom: 'WhatsApp refuses the client version or identity (405, 409); it hits every session that connects.',
    article: 'whatsapp-refuses-our-version',
    metric: metric('clientsRefused', { minutes: 5 }),
    threshold: 1,
  });
  alarms.add('ConnectionsLost', {
    symptom: 'More connections fell in five minutes than half of those that are open.',
    article: 'many-connections-fall-at-once',
    metric: difference('IF(lost > 20, 100 * lost / (open + lost), 0)', {
      lost: metric('connectionsLost', { minutes: 5 }),
      open: metric('sessionsConnected', { statistic: 'Maximum', minutes: 5 }),
    }),
    threshold: 50,
  });
  alarms.add('ConnectionsReplaced', {
    symptom: 'Connections were replaced by other logins (440) ten times in five minutes.',
    article: 'somebody-else-uses-our-credentials',
    metric: metric('connectionsReplaced', { minutes: 5 }),
    threshold: 10,
  });
  alarms.add('SessionsUnlinked', {
    symptom: 'Ten accounts or more were unlinked, locked or banned within a quarter of an hour.',
    article: 'many-accounts-are-unlinked',
    metric: metric('sessionsUnlinked', { minutes: 15 }),
    threshold: 10,
  });
  alarms.add('PublishesFailed', {
    symptom: 'Messages that came in could not be put on the events queue; WhatsApp keeps them and connections fall.',
    article: 'messages-cannot-be-published',
    metric: metric('publishesFailed', { minutes: 5 }),
    threshold: 1,
    periods: 2,
  });
  alarms.add('DeliveryFaults', {
    symptom: 'Webhooks fail by a fault of ours, not of their receivers.',
    article: 'deliveries-fail-by-our-fault',
    metric: metric('deliveryFaults', { minutes: 5 }),
    threshold: 10,
    periods: 2,
  });
}

function difference(expression: string, usingMetrics: ConstructorParameters<typeof MathExpression>[0]['usingMetrics']) {
  return new MathExpression({ expression, usingMetrics: usingMetrics ?? {}, period: fiveMinutes });
}
