/** Namespace of every metric of our own, in CloudWatch. The one dimension is `stage`. */
export const metricNamespace = 'Wharf';
export const stageDimension = 'stage';

/**
 * Metrics of our own. Runtime code counts with these names and the stack builds its alarms and its dashboard from them, so that an alarm
 * cannot watch a name that nobody writes. Counters are sums of a minute, gauges the value at its end.
 */
export const metricNames = {
  /** Connector, gauges. */
  sessionsConnected: 'SessionsConnected',
  shardsOwned: 'ShardsOwned',
  memoryUsedPercent: 'MemoryUsedPercent',
  eventLoopDelayP99Ms: 'EventLoopDelayP99Ms',
  /** Connector, counters. */
  messagesReceived: 'MessagesReceived',
  messagesSent: 'MessagesSent',
  sendsFailed: 'SendsFailed',
  /** A message was given up after ten seconds of trying to publish it; WhatsApp keeps it. */
  publishesFailed: 'PublishesFailed',
  /** Connections that ended without our wish. */
  connectionsLost: 'ConnectionsLost',
  /** Close code 440: somebody else logged in with the same credentials. */
  connectionsReplaced: 'ConnectionsReplaced',
  /** Close codes 405 and 409: WhatsApp refuses what we say we are. It hits every session. */
  clientsRefused: 'ClientsRefused',
  /** Accounts unlinked, locked or banned by WhatsApp or by their owner. */
  sessionsUnlinked: 'SessionsUnlinked',
  /** Sends refused with 463, or kept back because of it: the account may not write to new people for a while. */
  restrictions: 'Restrictions',
  workersFenced: 'WorkersFenced',
  /** Scaler, gauges. */
  sessionsNeeded: 'SessionsNeeded',
  workersLive: 'WorkersLive',
  workersDesired: 'WorkersDesired',
  /** Shards that nobody serves although a session needs a connector. */
  shardsOrphaned: 'ShardsOrphaned',
  /** Deliveries, counters. */
  deliveriesSucceeded: 'DeliveriesSucceeded',
  deliveriesFailed: 'DeliveriesFailed',
  deliveriesExhausted: 'DeliveriesExhausted',
  /** Tries that ended by a fault of ours and were not charged to the receiver. */
  deliveryFaults: 'DeliveryFaults',
} as const;

export type MetricName = (typeof metricNames)[keyof typeof metricNames];
