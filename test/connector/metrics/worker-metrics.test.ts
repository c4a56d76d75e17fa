import { describe, expect, it } from 'vitest';
import { metricsOfEvent } from '../../../connector/metrics/metrics-of-event.ts';
import { WorkerMetrics } from '../../../connector/metrics/worker-metrics.ts';
import type { EventEnvelope } from '../../../core/events/event.ts';

const envelope = (type: EventEnvelope['type'], data: Record<string, unknown> = {}): EventEnvelope => ({
  version: 1,
  id: 'evt_1',
  type,
  tenantId: 'usr_1',
  sessionId: 'ses_1',
  timestamp: '2026-11-22T12:00:00.000Z',
  metadata: {},
  data,
});

describe('what an event counts as', () => {
  it.each([
    ['message.received', {}, ['MessagesReceived']],
    ['message.sent', { source: 'api' }, ['MessagesSent']],
    ['message.sent', { source: 'phone' }, []],
    ['message.status', { status: 'read' }, []],
    ['message.status', { status: 'failed', reason: 'not_on_whatsapp' }, ['SendsFailed']],
    ['message.status', { status: 'failed', reason: 'account_restricted' }, ['SendsFailed', 'Restrictions']],
    ['message.status', { status: 'queued', waitingFor: 'account_restricted' }, ['Restrictions']],
    ['message.status', { status: 'queued', waitingFor: 'new_chat_budget' }, []],
    ['status.change', { status: 'reconnecting', reason: 'connection_lost' }, ['ConnectionsLost']],
    ['status.change', { status: 'reconnecting', reason: 'used_elsewhere' }, ['ConnectionsReplaced']],
    ['status.change', { status: 'reconnecting', reason: 'client_version_refused' }, ['ClientsRefused']],
    ['status.change', { status: 'logged_out', reason: 'unlinked_on_phone' }, ['SessionsUnlinked']],
    ['status.change', { status: 'connected' }, []],
    ['presence.updated', {}, []],
  ] as const)('%s %j: %j', (type, data, names) => {
    expect(metricsOfEvent(envelope(type, data))).toEqual(names);
  });
});

it('reports what was published, what was not, and how the worker does', async () => {
  const lines: Record<string, unknown>[] = [];
  const health = { memoryBytes: 512, memoryLimitBytes: 2_048, eventLoopDelayP99Ms: 3 };
  const metrics = new WorkerMetrics({
    stage: 'test',
    logger: { info: (line: unknown) => void lines.push(line as Record<string, unknown>) } as never,
    now: () => 0,
    gauges: () => ({ sessions: 7, shards: 2, health }),
  });
  let isDown = false;
  const publish = metrics.countEvents(async () => {
    if (isDown) throw new Error('the queue does not answer');
  });
  await publish(envelope('message.received'));
  isDown = true;
  await expect(publish(envelope('message.received'))).rejects.toThrow('does not answer');
  metrics.report();
  metrics.report();
  metrics.stop();
  expect(lines[0]).toMatchObject({
    MessagesReceived: 1,
    PublishesFailed: 1,
    SessionsConnected: 7,
    ShardsOwned: 2,
    MemoryUsedPercent: 25,
    EventLoopDelayP99Ms: 3,
  });
  expect(lines[1]).not.toHaveProperty('MessagesReceived');
});
