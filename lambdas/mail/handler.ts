import { Logger } from '@aws-lambda-powertools/logger';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { parseResetWish } from '../../core/accounts/reset-wish.ts';
import { createUserRepository } from '../../core/accounts/user-repository.ts';
import { createAuditTrail } from '../../core/audit/audit-trail.ts';
import { environmentNames, requireEnvironment } from '../../core/environment.ts';
import { mailPasswordReset } from './mail-password-reset.ts';
import { createMailer } from './mailer.ts';

const logger = new Logger({ serviceName: 'mail' });
const control = {
  dynamodb: DynamoDBDocumentClient.from(new DynamoDBClient({ maxAttempts: 5 })),
  tableName: requireEnvironment(environmentNames.controlTable),
};
const parts = {
  control,
  users: createUserRepository(control),
  audit: createAuditTrail(control),
  sendMail: createMailer({
    ses: new SESv2Client({ maxAttempts: 5 }),
    from: requireEnvironment(environmentNames.mailFrom),
  }),
  resetUrl: process.env[environmentNames.passwordResetUrl] || undefined,
  now: Date.now,
};

/** Mails the tokens that set passwords. Each record answers for itself; what fails five times ends among the dead letters. */
export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  const failed = await Promise.all(event.Records.map(async (record) => ((await mail(record)) ? [] : [record])));
  return { batchItemFailures: failed.flat().map((record) => ({ itemIdentifier: record.messageId })) };
}

async function mail(record: SQSRecord): Promise<boolean> {
  try {
    const wish = parseResetWish(record.body);
    const { requestId } = wish;
    const outcome = await mailPasswordReset(wish, parts);
    // Not for whom: who reads logs need not learn who has an account.
    if (outcome === 'refused') logger.error('mail refused by the sender', { requestId });
    else logger.info('wish for a new password handled', { requestId });
    return true;
  } catch (error) {
    logger.error('mail not sent', { sqsMessageId: record.messageId, err: error });
    return false;
  }
}
