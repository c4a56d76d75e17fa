import { DeleteMessageCommand, type Message, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { PutCommand, QueryCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { SQSRecord } from 'aws-lambda';
import type { EventEnvelope } from '../../../core/events/event.ts';
import { derivedId, newId } from '../../../core/ids.ts';
import { createSealer, type Sealer } from '../../../core/sealing/sealer.ts';
import { tableKeys } from '../../../core/storage/table-keys.ts';
import type { Delivery, DeliveryAttempt, DeliveryTask } from '../../../core/webhooks/delivery.ts';
import { newWebhookSecret, webhookSecretContext } from '../../../core/webhooks/secret.ts';
import type { Webhook } from '../../../core/webhooks/webhook.ts';
import { startTestAws, type TestAws } from '../../support/aws.ts';

/** Engines, and the rows and messages that the event side finds there. */
export class EventSide {
  readonly aws: TestAws;
  readonly sealer: Sealer;
  readonly tenantId = newId('usr');
  readonly sessionId = newId('ses');

  private constructor(aws: TestAws) {
    this.aws = aws;
    this.sealer = createSealer({
      kms: aws.clients.kms,
      keyId: aws.sealingKeyId,
      dynamodb: aws.clients.document,
      tableName: aws.tables.control,
    });
  }

  static async start(): Promise<EventSide> {
    return new EventSide(await startTestAws());
  }

  stop(): Promise<void> {
    return this.aws.stop();
  }

  /** Writes a webhook as the API does; returns it with its secret in the clear. */
  async addWebhook(url: string, more: Partial<Webhook> = {}): Promise<{ webhook: Webhook; secret: string }> {
    const webhookId = more.webhookId ?? newId('wh');
    const secret = newWebhookSecret();
    const at = new Date().toISOString();
    const sealed = await this.sealer.seal(this.tenantId, Buffer.from(secret), webhookSecretContext(webhookId));
    const webhook: Webhook = {
      tenantId: this.tenantId,
      webhookId,
      scope: this.sessionId,
      url,
      events: ['*'],
      status: 'enabled',
      secrets: [{ sealed, createdAt: at }],
      createdAt: at,
      updatedAt: at,
      ...more,
    };
    const Item = { ...tableKeys.webhook(this.tenantId, webhook.scope, webhookId), ...webhook };
    await this.aws.clients.document.send(new PutCommand({ TableName: this.aws.tables.control, Item }));
    return { webhook, secret };
  }

  envelope(cause: string, more: Partial<EventEnvelope> = {}): EventEnvelope {
    const sessionId = more.sessionId ?? this.sessionId;
    return {
      version: 1,
      id: derivedId('evt', [sessionId, cause]),
      type: 'message.received',
      tenantId: this.tenantId,
      sessionId,
      timestamp: new Date().toISOString(),
      metadata: { customer: 'abc' },
      data: { messageId: `3EB0${cause}`, text: `text of ${cause}` },
      ...more,
    };
  }

  async deliveries(): Promise<Delivery[]> {
    const found: Record<string, unknown>[] = [];
    let from: Record<string, unknown> | undefined;
    do {
      const page = await this.aws.clients.document.send(
        new ScanCommand({ TableName: this.aws.tables.deliveries, ConsistentRead: true, ExclusiveStartKey: from }),
      );
      found.push(...(page.Items ?? []).filter((item) => item.sk === 'DELIVERY'));
      from = page.LastEvaluatedKey;
    } while (from !== undefined);
    return found as unknown as Delivery[];
  }

  async attempts(deliveryId: string): Promise<DeliveryAttempt[]> {
    const { pk } = tableKeys.delivery(this.tenantId, deliveryId);
    const { Items } = await this.aws.clients.document.send(
      new QueryCommand({
        TableName: this.aws.tables.deliveries,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :attempt)',
        ExpressionAttributeValues: { ':pk': pk, ':attempt': 'ATTEMPT#' },
        ConsistentRead: true,
      }),
    );
    return (Items ?? []) as DeliveryAttempt[];
  }

  /** Bodies of the stored events of a session, in order. */
  async storedBodies(sessionId = this.sessionId): Promise<string[]> {
    const { pk } = tableKeys.event(this.tenantId, sessionId, 0);
    const { Items } = await this.aws.clients.document.send(
      new QueryCommand({
        TableName: this.aws.tables.deliveries,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :event)',
        ExpressionAttributeValues: { ':pk': pk, ':event': 'EVENT#' },
        ConsistentRead: true,
      }),
    );
    return (Items ?? []).map((item) => item.body as string);
  }

  /** Takes everything that is visible on the queues of deliveries now. */
  async takeTasks(): Promise<DeliveryTask[]> {
    const { fast, slow } = this.aws.queues.laneUrls;
    const messages = [...(await this.takeMessages(fast)), ...(await this.takeMessages(slow))];
    return messages.map((message) => JSON.parse(message.Body ?? ''));
  }

  async takeMessages(queueUrl: string): Promise<Message[]> {
    const taken: Message[] = [];
    for (;;) {
      const { Messages = [] } = await this.aws.clients.sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: queueUrl,
          MaxNumberOfMessages: 10,
          MessageSystemAttributeNames: ['All'],
        }),
      );
      if (Messages.length === 0) return taken;
      taken.push(...Messages);
      for (const { ReceiptHandle } of Messages) {
        await this.aws.clients.sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }));
      }
    }
  }

  async publish(envelope: EventEnvelope | string, group = this.sessionId): Promise<void> {
    const text = typeof envelope === 'string' ? envelope : JSON.stringify(envelope);
    await this.aws.clients.sqs.send(
      new SendMessageCommand({
        QueueUrl: this.aws.queues.eventsUrl,
        MessageBody: text,
        MessageGroupId: group,
        MessageDeduplicationId: typeof envelope === 'string' ? derivedId('evt', [text]) : envelope.id,
      }),
    );
  }
}

/** A message as the event source mapping hands it to a function. */
export function toRecord(message: Message): SQSRecord {
  return {
    messageId: message.MessageId ?? '',
    receiptHandle: message.ReceiptHandle ?? '',
    body: message.Body ?? '',
    attributes: { ApproximateReceiveCount: '1', ...message.Attributes } as unknown as SQSRecord['attributes'],
    messageAttributes: {},
    md5OfBody: message.MD5OfBody ?? '',
    eventSource: 'aws:sqs',
    eventSourceARN: '',
    awsRegion: 'us-east-1',
  };
}
