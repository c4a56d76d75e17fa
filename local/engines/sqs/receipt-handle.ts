import { sqsErrors } from './sqs-errors.ts';

/** What a receipt handle names: one receive of one message. */
export interface Receipt {
  readonly queueName: string;
  readonly messageId: string;
  /** Which receive of the message this was, from 1; a later receive makes the handle an old one. */
  readonly receiveCount: number;
}

/** @example makeReceiptHandle({ queueName: 'events.fifo', messageId: '…', receiveCount: 1 }) // opaque text */
export function makeReceiptHandle(receipt: Receipt): string {
  return Buffer.from(`${receipt.queueName}/${receipt.messageId}/${receipt.receiveCount}`).toString('base64');
}

/** Reads a handle of the queue `queueName`; throws `ReceiptHandleIsInvalid` for anything else. */
export function readReceiptHandle(handle: unknown, queueName: string): Receipt {
  if (typeof handle !== 'string' || handle === '') throw sqsErrors.missingParameter('ReceiptHandle');
  const [name, messageId, count] = Buffer.from(handle, 'base64').toString().split('/');
  const receiveCount = Number(count);
  if (name !== queueName || messageId === undefined || !Number.isInteger(receiveCount)) {
    throw sqsErrors.receiptHandleIsInvalid(handle);
  }
  return { queueName, messageId, receiveCount };
}
