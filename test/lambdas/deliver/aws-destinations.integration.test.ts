import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook as Verifier } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../../core/ids.ts';
import { newWebhookSecret } from '../../../core/webhooks/secret.ts';
import { signWebhook } from '../../../core/webhooks/signature.ts';
import type { AwsDestination, Webhook } from '../../../core/webhooks/webhook.ts';
import { createAwsDestinations } from '../../../lambdas/deliver/destinations/index.ts';
import { type SqsEngine, startSqs } from '../../../local/engines/sqs/index.ts';

const roleArn = 'arn:aws:iam::123456789012:role/wharf-webhook-crm';
const sqs: AwsDestination = {
  type: 'sqs',
  queueUrl: 'https://sqs.us-east-1.amazonaws.com/000000000000/crm.fifo',
  roleArn,
};
const bus: AwsDestination = {
  type: 'eventbridge',
  busArn: 'arn:aws:events:us-east-1:123456789012:event-bus/crm',
  roleArn,
};
const secret = newWebhookSecret();

interface Seen {
  readonly authorization: string;
  readonly target: string | undefined;
  readonly body: string;
}

/** STS and EventBridge as their clients see them; `answers` says how the next calls end, and the rest succeeds. */
class TinyAws {
  readonly seen: Seen[] = [];
  answers: { readonly status: number; readonly body: string; readonly headers?: Record<string, string> }[] = [];
  sessionSeconds = 3_600;
  #server!: Server;
  endpoint = '';

  static async start(): Promise<TinyAws> {
    const aws = new TinyAws();
    aws.#server = createServer((request, response) => {
      void aws.#answer(request).then(({ status, body, headers }) => response.writeHead(status, headers).end(body));
    });
    await new Promise<void>((resolve) => aws.#server.listen(0, '127.0.0.1', resolve));
    aws.endpoint = `http://127.0.0.1:${(aws.#server.address() as AddressInfo).port}`;
    return aws;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #answer(request: IncomingMessage) {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { authorization = '', 'x-amz-target': target } = request.headers;
    this.seen.push({ authorization, target: target?.toString(), body });
    const planned = this.answers.shift();
    if (planned !== undefined) return { headers: {}, ...planned };
    if (target === undefined) return { status: 200, headers: { 'content-type': 'text/xml' }, body: this.#assumed() };
    const answer = { FailedEntryCount: 0, Entries: [{ EventId: 'e-1' }] };
    return { status: 200, headers: { 'content-type': 'application/x-amz-json-1.1' }, body: JSON.stringify(answer) };
  }

  #assumed(): string {
    const expiration = new Date(Date.now() + this.sessionSeconds * 1_000).toISOString();
    const credentials = `<AccessKeyId>ASIATENANT</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>${expiration}</Expiration>`;
    return `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>${credentials}</Credentials></AssumeRoleResult></AssumeRoleResponse>`;
  }
}

function stsError(code: string): { status: number; body: string; headers: Record<string, string> } {
  const body = `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`;
  return { status: 403, body, headers: { 'content-type': 'text/xml' } };
}

describe("queues and buses in a tenant's own account", () => {
  let tiny: TinyAws;
  let queue: SqsEngine;
  let tenantId: string;
  let nowMs: number;

  const webhookTo = (destination: AwsDestination): Webhook => ({
    tenantId,
    webhookId: newId('wh'),
    scope: '*',
    url: destination.type === 'sqs' ? destination.queueUrl : destination.busArn,
    destination,
    events: ['*'],
    status: 'enabled',
    secrets: [],
    createdAt: '',
    updatedAt: '',
  });
  const shipment = (text = 'Grüße 👋 \u2028 9007199254740993') => {
    const content = {
      id: 'evt_1',
      type: 'message.received',
      timestamp: '2026-11-22T09:30:00.000Z',
      sessionId: 'ses_1',
      data: { text },
    };
    const body = Buffer.from(JSON.stringify(content));
    const timestampSeconds = Math.floor(Date.now() / 1_000);
    const signature = signWebhook({ id: 'evt_1', timestampSeconds, body, secrets: [secret] });
    const headers = {
      'webhook-id': 'evt_1',
      'webhook-timestamp': String(timestampSeconds),
      'webhook-signature': signature,
    };
    return { body, headers };
  };
  const destinations = () => createAwsDestinations({ now: () => nowMs });
  const calls = (name: string) =>
    tiny.seen.filter(({ target, body }) => (target ?? new URLSearchParams(body).get('Action'))?.endsWith(name));

  beforeAll(async () => {
    [tiny, queue] = await Promise.all([TinyAws.start(), startSqs()]);
    Object.assign(process.env, {
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'WHARF',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_ENDPOINT_URL_STS: tiny.endpoint,
      AWS_ENDPOINT_URL_EVENTBRIDGE: tiny.endpoint,
      AWS_ENDPOINT_URL_SQS: queue.endpoint,
    });
    queue.createQueue('crm.fifo');
    queue.createQueue('plain');
  });
  afterAll(async () => {
    tiny?.stop();
    await queue?.stop();
  });
  beforeEach(() => {
    tenantId = newId('usr');
    nowMs = Date.now();
    tiny.seen.length = 0;
    tiny.answers = [];
  });

  it('puts an event on a queue with its headers, so that a consumer verifies it', async () => {
    const webhook = webhookTo(sqs);
    const sent = shipment();
    const outcome = await destinations().sqs(webhook, sent);
    expect(outcome).toMatchObject({ kind: 'answer', statusCode: 200 });
    const [message] = await queue.receive('crm.fifo', { waitMs: 1_000 });
    expect(message?.body).toBe(sent.body.toString());
    const attributes = message?.messageAttributes as Record<string, { StringValue: string }>;
    const headers = Object.fromEntries(
      Object.entries(attributes).map(([name, { StringValue }]) => [name, StringValue]),
    );
    expect(() => new Verifier(secret).verify(message?.body ?? '', headers)).not.toThrow();
    const [assumed] = calls('AssumeRole');
    const asked = new URLSearchParams(assumed?.body);
    expect(Object.fromEntries(asked)).toMatchObject({
      RoleArn: roleArn,
      ExternalId: `wharf-${tenantId}`,
      RoleSessionName: `wharf-${webhook.webhookId}`,
      DurationSeconds: '3600',
    });
    expect(JSON.parse(asked.get('Policy') ?? '').Statement[0]).toEqual({
      Effect: 'Allow',
      Action: 'sqs:SendMessage',
      Resource: 'arn:aws:sqs:us-east-1:000000000000:crm.fifo',
    });
  });

  it('carries text that SQS refuses as base64, and says so', async () => {
    const plain = { ...sqs, queueUrl: sqs.queueUrl.replace('crm.fifo', 'plain') };
    const sent = shipment('\uffff');
    expect(await destinations().sqs(webhookTo(plain), sent)).toMatchObject({ statusCode: 200 });
    const [message] = await queue.receive('plain', { waitMs: 1_000 });
    expect(Buffer.from(message?.body ?? '', 'base64')).toEqual(sent.body);
    expect(JSON.stringify(message?.messageAttributes)).toContain('base64');
  });

  it('puts an event on a bus', async () => {
    const sent = shipment();
    const outcome = await destinations().eventbridge(webhookTo(bus), sent);
    expect(outcome).toMatchObject({ kind: 'answer', statusCode: 200 });
    const [put] = calls('PutEvents');
    expect(put?.authorization).toContain('Credential=ASIATENANT/');
    expect(JSON.parse(put?.body ?? '').Entries).toEqual([
      expect.objectContaining({
        EventBusName: bus.busArn,
        Source: 'wharf',
        DetailType: 'message.received',
        Detail: sent.body.toString(),
      }),
    ]);
  });

  it('keeps a session until shortly before its end, for one tenant only', async () => {
    const { eventbridge } = destinations();
    for (let index = 0; index < 3; index++) await eventbridge(webhookTo(bus), shipment());
    expect(calls('AssumeRole')).toHaveLength(1);
    nowMs += 56 * 60_000;
    await eventbridge(webhookTo(bus), shipment());
    expect(calls('AssumeRole')).toHaveLength(2);
    tenantId = newId('usr');
    await eventbridge(webhookTo(bus), shipment());
    expect(
      calls('AssumeRole')
        .map(({ body }) => new URLSearchParams(body).get('ExternalId'))
        .at(-1),
    ).toBe(`wharf-${tenantId}`);
  });

  it.each([
    ['a role that does not let Wharf in', stsError('AccessDenied'), 403],
    ['a region that is off', stsError('RegionDisabledException'), 403],
  ])('charges the tenant with %s', async (_, answer, statusCode) => {
    tiny.answers = [answer];
    const outcome = await destinations().sqs(webhookTo(sqs), shipment());
    expect(outcome).toMatchObject({ kind: 'answer', statusCode });
  });

  it('charges the tenant with a bus that refuses and a queue that is not there, and never switches off for it', async () => {
    const json = { 'content-type': 'application/x-amz-json-1.1' };
    const refused = { FailedEntryCount: 1, Entries: [{ ErrorCode: 'AccessDeniedException', ErrorMessage: 'no' }] };
    const { eventbridge, sqs: send } = destinations();
    await eventbridge(webhookTo(bus), shipment());
    tiny.answers = [{ status: 200, body: JSON.stringify(refused), headers: json }];
    expect(await eventbridge(webhookTo(bus), shipment())).toMatchObject({ statusCode: 403 });
    const throttled = { ...refused, Entries: [{ ErrorCode: 'ThrottlingException' }] };
    tiny.answers = [{ status: 200, body: JSON.stringify(throttled), headers: json }];
    expect(await eventbridge(webhookTo(bus), shipment())).toMatchObject({ statusCode: 429 });
    const missing = { ...sqs, queueUrl: sqs.queueUrl.replace('crm', 'missing') };
    expect(await send(webhookTo(missing), shipment())).toMatchObject({ kind: 'answer', statusCode: 404 });
  });

  it('takes the blame for AWS itself', async () => {
    const { eventbridge } = destinations();
    const down = { status: 500, body: '{}' };
    tiny.answers = [down, down, down];
    expect(await eventbridge(webhookTo(bus), shipment())).toMatchObject({ kind: 'failure', blame: 'ours' });
  });
});
