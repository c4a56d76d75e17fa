import { DeleteMessageCommand, type Message as QueueMessage, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sentEvent } from '../../connector/commands/message-events.ts';
import { createEventPublisher } from '../../core/events/publish-event.ts';
import type { Message } from '../../core/messages/message.ts';
import { readItem } from '../../core/storage/table.ts';
import { tableKeys } from '../../core/storage/table-keys.ts';
import { startTestApi, type TestApi } from './api/support/test-api.ts';
import { toRecord } from './support/event-side.ts';
import { Receiver } from './support/receiver.ts';

let api: TestApi;
let receiver: Receiver;

beforeAll(async () => {
  [api, receiver] = await Promise.all([startTestApi(), Receiver.start()]);
});

afterAll(async () => {
  await receiver?.stop();
  await api?.stop();
});

async function take(urls: readonly string[]): Promise<QueueMessage[]> {
  const taken: QueueMessage[] = [];
  for (const QueueUrl of urls) {
    for (;;) {
      const { Messages = [] } = await api.aws.clients.sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: 10,
          MessageSystemAttributeNames: ['All'],
        }),
      );
      if (Messages.length === 0) break;
      taken.push(...Messages);
      for (const { ReceiptHandle } of Messages) {
        await api.aws.clients.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      }
    }
  }
  return taken;
}

/** Hands a queue's messages to its function, as the event source mapping does. */
async function consume(folder: 'fan-out' | 'deliver', queueUrl: string): Promise<void> {
  const { handler } = (await import(`../../lambdas/${folder}/handler.ts`)) as {
    handler: (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;
  };
  const Records = (await take([queueUrl])).map(toRecord);
  const context = { getRemainingTimeInMillis: () => 25_000 } as Context;
  expect(await handler({ Records }, context)).toEqual({ batchItemFailures: [] });
}

it('joins request, message, command, event and delivery by one id', async () => {
  const requestId = 'order-4711:try.1';
  const { key, userId } = await api.newAccount();
  const body = { name: 'S', webhook: { url: receiver.url('/hook'), events: ['message.sent'] } };
  const created = await api.call('POST', '/sessions', { key, body });
  const { sessionId, webhook } = created.body.data;
  receiver.trust('/hook', webhook.secret);
  await take(api.aws.queues.shardUrls);
  await api.aws.clients.document.send(
    new UpdateCommand({
      TableName: api.aws.tables.control,
      Key: tableKeys.session(userId, sessionId),
      UpdateExpression: 'SET #status = :connected',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ':connected': 'connected' },
    }),
  );

  const answer = await api.call('POST', `/sessions/${sessionId}/messages`, {
    key,
    body: { to: '+4915112345678', text: 'hi' },
    headers: { 'x-request-id': requestId },
  });
  expect(answer.status).toBe(202);
  expect(answer.headers['x-request-id']).toBe(requestId);

  const [command] = (await take(api.aws.queues.shardUrls)).map(({ Body = '' }) => JSON.parse(Body));
  expect(command).toMatchObject({ kind: 'message.send', requestId });

  const message = await readItem<Message>(
    { dynamodb: api.aws.clients.document, tableName: api.aws.tables.messages },
    tableKeys.message(userId, sessionId, command.messageId),
  );
  const event = sentEvent(message as Message, { tenantId: userId, sessionId, metadata: {} });
  expect(event.requestId).toBe(requestId);
  await createEventPublisher({ sqs: api.aws.clients.sqs, queueUrl: api.aws.queues.eventsUrl })(event);

  await consume('fan-out', api.aws.queues.eventsUrl);
  await consume('deliver', api.aws.queues.deliveriesUrl);
  expect(receiver.callsTo('/hook')).toMatchObject([
    { isVerified: true, headers: { 'webhook-id': event.id, 'x-wharf-request-id': requestId } },
  ]);
});
