import { createHash } from 'node:crypto';
import type { MessageAttribute, ReceivedMessage } from '../engines/sqs/sqs-engine.ts';

/**
 * The event with which Lambda gives a batch of a queue to a function.
 *
 * @example sqsEvent(messages, queueArn, 'us-east-1') // { Records: [{ messageId, receiptHandle, body, attributes, … }] }
 */
export function sqsEvent(messages: readonly ReceivedMessage[], queueArn: string, region: string): object {
  return {
    Records: messages.map((message) => ({
      messageId: message.messageId,
      receiptHandle: message.receiptHandle,
      body: message.body,
      attributes: message.systemAttributes,
      messageAttributes: Object.fromEntries(
        Object.entries(message.messageAttributes).map(([name, attribute]) => [name, eventAttribute(attribute)]),
      ),
      md5OfBody: createHash('md5').update(message.body).digest('hex'),
      eventSource: 'aws:sqs',
      eventSourceARN: queueArn,
      awsRegion: region,
    })),
  };
}

function eventAttribute(attribute: MessageAttribute): object {
  return {
    ...(attribute.StringValue === undefined ? {} : { stringValue: attribute.StringValue }),
    ...(attribute.BinaryValue === undefined ? {} : { binaryValue: attribute.BinaryValue }),
    stringListValues: [],
    binaryListValues: [],
    dataType: attribute.DataType,
  };
}
