import type { EventEnvelope } from '../../core/events/event.ts';
import { type MetricName, metricNames } from '../../core/metrics/metric-names.ts';

/** Reasons of a lost connection that have a metric, and with it an alarm, of their own. */
const refusals = new Set(['client_version_refused', 'client_identity_refused']);
const unlinked = new Set(['logged_out', 'banned']);

/**
 * What an event counts as. Everything that happens to a session becomes an event, so this is the one place where the connector counts.
 *
 * @example metricsOfEvent({ type: 'message.received', … }) // ['MessagesReceived']
 */
export function metricsOfEvent({ type, data }: Pick<EventEnvelope, 'type' | 'data'>): MetricName[] {
  switch (type) {
    case 'message.received':
      return [metricNames.messagesReceived];
    case 'message.sent':
      return data.source === 'phone' ? [] : [metricNames.messagesSent];
    case 'message.status':
      return metricsOfMessage(data);
    case 'status.change':
      return metricsOfStatus(String(data.status), String(data.reason ?? ''));
    default:
      return [];
  }
}

function metricsOfMessage({ status, reason, waitingFor }: EventEnvelope['data']): MetricName[] {
  const restrictions = [reason, waitingFor].includes('account_restricted') ? [metricNames.restrictions] : [];
  return status === 'failed' ? [metricNames.sendsFailed, ...restrictions] : restrictions;
}

function metricsOfStatus(status: string, reason: string): MetricName[] {
  if (refusals.has(reason)) return [metricNames.clientsRefused];
  if (reason === 'used_elsewhere') return [metricNames.connectionsReplaced];
  if (unlinked.has(status)) return [metricNames.sessionsUnlinked];
  return status === 'reconnecting' ? [metricNames.connectionsLost] : [];
}
