import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { WharfOptions } from '../options.ts';
import { Alarms } from './alarms.ts';
import { createDashboard } from './dashboard.ts';
import { addFleetAlarms } from './fleet-alarms.ts';
import { addQueueAlarms, type WatchedQueues } from './queue-alarms.ts';
import { addServiceAlarms, type WatchedServices } from './service-alarms.ts';

export interface MonitoringProps {
  readonly namePrefix: string;
  readonly options: WharfOptions;
  readonly queues: WatchedQueues;
  readonly services: WatchedServices;
}

/** Alarms with an article of the runbook each, a topic that tells of them, and a dashboard. */
export class Monitoring extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    const { namePrefix, options, queues, services } = props;
    this.topic = new Topic(this, 'Topic', { displayName: `Wharf ${options.stage}`, enforceSSL: true });
    if (options.alarmEmail !== undefined) this.topic.addSubscription(new EmailSubscription(options.alarmEmail));
    const alarms = new Alarms(this, { namePrefix, runbookBase: options.runbookUrl, topic: this.topic });
    addQueueAlarms(this, alarms, queues);
    addFleetAlarms(alarms, options.stage);
    addServiceAlarms(alarms, services);
    createDashboard(this, 'Dashboard', {
      name: namePrefix,
      stage: options.stage,
      alarms: alarms.all,
      queues: [queues.events, ...Object.values(queues.lanes)],
    });
  }
}
