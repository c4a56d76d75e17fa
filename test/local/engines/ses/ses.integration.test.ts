import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AwsCall } from '../../../../local/engines/engine.ts';
import { type SesEngine, startSes } from '../../../../local/engines/ses/index.ts';

const calls: AwsCall[] = [];
let ses: SesEngine;
let client: SESv2Client;

beforeAll(async () => {
  ses = await startSes({
    authorize: (call) => {
      calls.push(call);
      return call.context['ses:FromAddress']?.includes('stranger@example.com') ? 'no policy allows it' : undefined;
    },
  });
  const credentials = { accessKeyId: 'AKIATEST', secretAccessKey: 'x' };
  client = new SESv2Client({ endpoint: ses.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
});

afterAll(async () => {
  client.destroy();
  await ses.stop();
});

function send(from: string, to: string[], subject = 'Hello') {
  const content = (Data: string) => ({ Data, Charset: 'UTF-8' });
  return client.send(
    new SendEmailCommand({
      FromEmailAddress: from,
      Destination: { ToAddresses: to },
      Content: { Simple: { Subject: content(subject), Body: { Text: content('Grüße') } } },
    }),
  );
}

it('keeps what was sent, to be read by whom it was for', async () => {
  const { MessageId: messageId } = await send('wharf@example.com', ['ann@example.com']);
  await send('wharf@example.com', ['bob@example.com']);
  expect(ses.mails('Ann@example.com')).toEqual([
    {
      ...{ messageId, from: 'wharf@example.com', to: ['ann@example.com'], subject: 'Hello', text: 'Grüße' },
      sentAt: expect.any(String),
    },
  ]);
  expect(ses.mails()).toHaveLength(2);
});

it('asks the policies with the identity and the sender', async () => {
  await send('wharf@example.com', ['ann@example.com']);
  expect(calls.at(-1)).toEqual({
    accessKeyId: 'AKIATEST',
    action: 'ses:SendEmail',
    resource: 'arn:aws:ses:us-east-1:000000000000:identity/wharf@example.com',
    context: { 'ses:FromAddress': ['wharf@example.com'] },
  });
  await expect(send('stranger@example.com', ['ann@example.com'])).rejects.toMatchObject({
    name: 'AccessDeniedException',
    $metadata: { httpStatusCode: 403 },
  });
});

it('refuses what is no simple letter to plain addresses', async () => {
  await expect(send('wharf@example.com', ['Ann <ann@example.com>'])).rejects.toMatchObject({
    name: 'BadRequestException',
  });
  await expect(send('wharf@example.com', [])).rejects.toMatchObject({ name: 'BadRequestException' });
});

it('forgets the oldest beyond its bound', async () => {
  for (let index = 0; index < 201; index++) await send('wharf@example.com', ['cy@example.com'], String(index));
  expect(ses.mails('cy@example.com')).toHaveLength(200);
  expect(ses.mails().at(-1)?.subject).toBe('200');
});
