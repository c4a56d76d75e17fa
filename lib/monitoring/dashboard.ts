import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  SingleValueWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { type OwnMetricKey, type OwnMetricOptions, ownMetric } from './own-metric.ts';

export interface DashboardProps {
  readonly name: string;
  readonly stage: string;
  readonly alarms: readonly Alarm[];
  readonly queues: readonly Queue[];
}

const fullWidth = 24;
const half = 12;
const third = 8;
const height = 6;

/** One page for the question "how are we": alarms on top, then the fleet, the messages, the webhooks. */
export function createDashboard(scope: Construct, id: string, props: DashboardProps): Dashboard {
  const metric = (key: OwnMetricKey, options: Omit<OwnMetricOptions, 'stage'> = {}) =>
    ownMetric(key, { stage: props.stage, ...options });
  const gauge = (key: OwnMetricKey) => metric(key, { statistic: 'Maximum' });
  const graph = (title: string, width: number, left: IMetric[], right: IMetric[] = []) =>
    new GraphWidget({ title, width, height, left, right });
  const dashboard = new Dashboard(scope, id, { dashboardName: props.name });
  dashboard.addWidgets(new AlarmStatusWidget({ title: 'Alarms', width: fullWidth, height, alarms: [...props.alarms] }));
  dashboard.addWidgets(
    new SingleValueWidget({
      title: 'Fleet now',
      width: fullWidth,
      height: 3,
      metrics: [gauge('sessionsNeeded'), gauge('workersDesired'), gauge('workersLive'), gauge('shardsOrphaned')],
    }),
  );
  dashboard.addWidgets(
    graph('Sessions connected', third, [metric('sessionsConnected')]),
    graph('Memory and event loop, worst worker', third, [gauge('memoryUsedPercent')], [gauge('eventLoopDelayP99Ms')]),
    graph('Connections that fell', third, [
      metric('connectionsLost'),
      metric('connectionsReplaced'),
      metric('clientsRefused'),
      metric('sessionsUnlinked'),
    ]),
  );
  dashboard.addWidgets(
    graph(
      'Messages',
      half,
      [metric('messagesReceived'), metric('messagesSent')],
      [metric('sendsFailed'), metric('restrictions')],
    ),
    graph(
      'Webhooks',
      half,
      [metric('deliveriesSucceeded'), metric('deliveriesFailed')],
      [metric('deliveriesExhausted'), metric('deliveryFaults')],
    ),
  );
  dashboard.addWidgets(
    graph(
      'Age of the oldest message',
      half,
      props.queues.map((queue) => queue.metricApproximateAgeOfOldestMessage()),
    ),
    graph(
      'Messages that wait',
      half,
      props.queues.map((queue) => queue.metricApproximateNumberOfMessagesVisible()),
    ),
  );
  return dashboard;
}
