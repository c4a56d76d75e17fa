import { SendMessageCommand, type SendMessageCommandInput, SQSClient } from '@aws-sdk/client-sqs';
import type { AssumeRole, RoleCredentials } from './assume-role.ts';
import { awsClientOptions, awsOutcome } from './aws-outcome.ts';
import type { SendToDestination, Shipment } from './destination.ts';

/** SQS refuses these two, which JSON may hold. */
const refusedBySqs = /[\ufffe\uffff]/;

/**
 * Puts events on a queue in the tenant's own account: the body as it is, the headers as message attributes, so that a consumer verifies it
 * as a web server does. A FIFO queue gets the session as its message group and the event id as its deduplication id.
 *
 * @example const send = createSqsDestination({ assumeRole, now: Date.now });
 */
export function createSqsDestination(parts: {
  readonly assumeRole: AssumeRole;
  readonly now: () => number;
}): SendToDestination {
  return (webhook, shipment) =>
    awsOutcome(async (abortSignal) => {
      const { destination } = webhook;
      if (destination?.type !== 'sqs') throw new Error('The webhook leads to no queue.');
      const credentials = await parts.assumeRole(webhook, destination);
      const client = clientOf(destination.queueUrl, credentials);
      try {
        const { MessageId = '' } = await client.send(messageOf(destination.queueUrl, shipment), { abortSignal });
        return MessageId;
      } finally {
        client.destroy();
      }
    }, parts.now);
}

function clientOf(queueUrl: string, credentials: RoleCredentials): SQSClient {
  const region = new URL(queueUrl).hostname.split('.')[1] ?? '';
  // The region alone decides where it calls: nothing that a tenant wrote is dialled.
  return new SQSClient({ ...awsClientOptions, region, credentials, useQueueUrlAsEndpoint: false });
}

function messageOf(queueUrl: string, { body, headers }: Shipment): SendMessageCommand {
  const text = Buffer.from(body).toString();
  const isBase64 = refusedBySqs.test(text);
  const attributes = isBase64 ? { ...headers, 'content-transfer-encoding': 'base64' } : headers;
  const fifo: Partial<SendMessageCommandInput> = {
    MessageGroupId: sessionOf(text),
    ...(headers['webhook-id'] !== undefined && { MessageDeduplicationId: headers['webhook-id'] }),
  };
  return new SendMessageCommand({
    QueueUrl: queueUrl,
    MessageBody: isBase64 ? Buffer.from(body).toString('base64') : text,
    MessageAttributes: Object.fromEntries(
      Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
    ),
    ...(queueUrl.endsWith('.fifo') && fifo),
  });
}

function sessionOf(text: string): string {
  return (JSON.parse(text) as { readonly sessionId: string }).sessionId;
}
