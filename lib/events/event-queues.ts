import { Duration } from 'aws-cdk-lib';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { createQueue } from '../shared/queues.ts';

export interface EventQueuesProps {
  readonly namePrefix: string;
}

/** Fan-out is a few writes to DynamoDB. Short, because a crash blocks its session for the visibility timeout. */
export const fanOutTimeout = Duration.seconds(10);

/** A delivery may take 15.5 s of the receiver's time; the rest is ours. */
export const deliverTimeout = Duration.seconds(25);

/** AWS asks for six times the function's timeout, so that a throttled batch is not handed out twice. */
const visibilityFactor = 6;

/** Requirement of every consumer: what failed five times is poison and must not stand in the way of the rest. */
const maxReceiveCount = 5;

/**
 * The queues between connector and receivers. `events` keeps the order of each session; the two lanes of deliveries are standard queues
 * whose message groups (webhooks) only share them fairly. Nothing is lost: what cannot be processed waits 14 days among the dead letters,
 * and a delivery whose task ended there is found by the sweep all the same.
 */
export class EventQueues extends Construct {
  readonly events: Queue;
  readonly eventsDead: Queue;
  readonly deliveries: Queue;
  /** The lane of webhooks that are slow or fail, of late retries and of replays. */
  readonly slowDeliveries: Queue;
  readonly deliveriesDead: Queue;

  constructor(scope: Construct, id: string, props: EventQueuesProps) {
    super(scope, id);
    this.eventsDead = createQueue(this, 'EventsDead', { name: `${props.namePrefix}-events-dead`, fifo: true });
    this.events = createQueue(this, 'Events', {
      name: `${props.namePrefix}-events`,
      fifo: true,
      visibilityTimeout: times(fanOutTimeout, visibilityFactor),
      deadLetterQueue: { queue: this.eventsDead, maxReceiveCount },
    });
    this.deliveriesDead = createQueue(this, 'DeliveriesDead', {
      name: `${props.namePrefix}-deliveries-dead`,
      fifo: false,
    });
    const lane = (id: string, name: string) =>
      createQueue(this, id, {
        name: `${props.namePrefix}-${name}`,
        fifo: false,
        visibilityTimeout: times(deliverTimeout, visibilityFactor),
        deadLetterQueue: { queue: this.deliveriesDead, maxReceiveCount },
      });
    this.deliveries = lane('Deliveries', 'deliveries');
    this.slowDeliveries = lane('SlowDeliveries', 'deliveries-slow');
  }
}

function times(duration: Duration, factor: number): Duration {
  return Duration.seconds(duration.toSeconds() * factor);
}
