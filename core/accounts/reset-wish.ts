import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { queueBody } from '../queue-body.ts';
import type { RequestClient } from './request-client.ts';

/** Somebody's wish to set a new password, on its way from the API to the function that mails. */
export interface ResetWish {
  readonly version: 1;
  /** As typed. Nobody has looked yet whether an account has it. */
  readonly email: string;
  readonly client: RequestClient;
  readonly requestId: string;
}

export type SendResetWish = (wish: ResetWish) => Promise<void>;

/** @example await createResetWishes({ sqs, queueUrl })({ version: 1, email, client, requestId }) */
export function createResetWishes({
  sqs,
  queueUrl,
}: {
  readonly sqs: SQSClient;
  readonly queueUrl: string;
}): SendResetWish {
  return async (wish) => {
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: queueBody(wish) }));
  };
}

/** Reads a wish from a record of the queue. Throws for what can never be one, and quotes nothing of it. */
export function parseResetWish(text: string): ResetWish {
  const wish = parseJson(text) as Partial<ResetWish> | null;
  const { email, client, requestId } = wish ?? {};
  const texts = [email, requestId, client?.address, client?.userAgent];
  if (wish?.version === 1 && texts.every((value) => typeof value === 'string')) return wish as ResetWish;
  throw new Error('The record is not a wish to set a password.');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own error quotes what it read, and this one ends in a log.
    throw new Error('The record is not JSON.');
  }
}
