import { SQSClient } from '@aws-sdk/client-sqs';
import { expect, it } from 'vitest';
import { createEventQueue } from '../../../connector/inbox/event-queue.ts';
import type { EventEnvelope } from '../../../core/events/event.ts';
import { startSqs } from '../../../local/engines/sqs/index.ts';

it('takes every character that a stranger can write, since a message that cannot leave would stop its session', async () => {
  const sqs = await startSqs();
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new SQSClient({ endpoint: sqs.endpoint, region: 'us-east-1', credentials });
  const publish = createEventQueue({ sqs: client, queueUrl: sqs.createQueue('events.fifo', { FifoQueue: 'true' }) });
  const text = Array.from({ length: 0x1_00_00 }, (_, code) => String.fromCharCode(code)).join('');
  const event: EventEnvelope = {
    version: 1,
    id: 'evt_1',
    type: 'message.received',
    tenantId: 'usr_1',
    sessionId: 'ses_1',
    timestamp: '2026-11-22T00:00:00.000Z',
    metadata: {},
    data: { text },
  };
  await publish(event);
  const [received] = await sqs.receive('events.fifo');
  expect((JSON.parse(received!.body) as EventEnvelope).data.text).toBe(text);
  client.destroy();
  await sqs.stop();
});
