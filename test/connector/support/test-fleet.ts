import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { noAutoReply } from '../../../core/auto-reply/auto-reply.ts';
import { createCommandQueue } from '../../../core/commands/command-queue.ts';
import type { EventEnvelope } from '../../../core/events/event.ts';
import { newId, newMessageId } from '../../../core/ids.ts';
import type { Message } from '../../../core/messages/message.ts';
import type { Session, SessionLinking } from '../../../core/sessions/session.ts';
import { tableIndexes, tableKeys } from '../../../core/storage/table-keys.ts';
import { startS3 } from '../../../local/engines/s3/index.ts';
import { startKms } from '../../../local/engines/secrets-kms/index.ts';
import { startSqs } from '../../../local/engines/sqs/index.ts';
import { startSimulator } from '../../../simulator/start-simulator.ts';
import { waitFor } from '../../support/wait-for.ts';
import { startTestTables } from './test-tables.ts';

const shardCount = 2;
const tenantId = 'usr_test';
const connectorFolder = join(import.meta.dirname, '../../../connector');
const credentials = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'us-east-1' };

/** A connector in processes of its own (parent and child), as in the container. */
export interface TestConnector {
  readonly parent: ChildProcess;
  readonly output: () => string;
  stop(): Promise<number | null>;
}

export interface StartOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** `main.ts` is a connector without the process that starts it again. */
  readonly file?: 'parent.ts' | 'main.ts';
}

/** Everything around connectors, real: tables, queues, keys, WhatsApp. */
export async function startTestFleet() {
  const [tables, s3, sqs, kms, simulator] = await Promise.all([
    startTestTables(),
    startS3(),
    startSqs(),
    startKms(),
    startSimulator({ receiptDelayMs: 20 }),
  ]);
  const { dynamodb, names } = tables;
  const fifo = { FifoQueue: 'true' };
  const eventsQueueUrl = sqs.createQueue('test-events.fifo', fifo);
  for (let shard = 0; shard < shardCount; shard++)
    sqs.createQueue(`test-shard-${shard}.fifo`, { ...fifo, VisibilityTimeout: '15' });
  const queueUrlPrefix = sqs.queueUrl('test');
  const client = new SQSClient({
    endpoint: sqs.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const s3Client = new S3Client({
    endpoint: s3.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const sendCommand = createCommandQueue({ sqs: client, queueUrlPrefix });
  const events: EventEnvelope[] = [];
  const stopCollecting = new AbortController();
  const collecting = collect();
  const connectors = new Set<TestConnector>();
  const environment = {
    ...process.env,
    ...credentials,
    AWS_ENDPOINT_URL_DYNAMODB: tables.endpoint,
    AWS_ENDPOINT_URL_SQS: sqs.endpoint,
    AWS_ENDPOINT_URL_KMS: kms.endpoint,
    AWS_ENDPOINT_URL_S3: s3.endpoint,
    MEDIA_BUCKET: s3.createBucket('test-media').name,
    STAGE: 'test',
    LOG_LEVEL: 'info',
    CONTROL_TABLE: names.control,
    KEYS_TABLE: names.keys,
    MESSAGES_TABLE: names.messages,
    FLEET_TABLE: names.fleet,
    EVENTS_QUEUE_URL: eventsQueueUrl,
    SHARD_QUEUE_URL_PREFIX: queueUrlPrefix,
    SHARD_COUNT: String(shardCount),
    DEFAULT_PLAN: 'free',
    SEALING_KEY_ID: kms.createKey('Sealing').keyId,
    SIMULATOR_URL: simulator.url,
    SIMULATOR_ROOT_KEY: simulator.rootPublicKeyBase64,
  };

  async function collect() {
    while (!stopCollecting.signal.aborted) {
      const received = await sqs.receive('test-events.fifo', { max: 10, waitMs: 1_000, signal: stopCollecting.signal });
      for (const { body, receiptHandle } of received) {
        events.push(JSON.parse(body) as EventEnvelope);
        sqs.delete('test-events.fifo', receiptHandle);
      }
    }
  }

  const control = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${simulator.controlUrl}${path}`, {
      method,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
    return JSON.parse(text || '{}') as any;
  };
  const shardOf = (sessionId: string) => sessionId.charCodeAt(sessionId.length - 1) % shardCount;
  const read = async <T>(tableName: string, key: { pk: string; sk: string }) =>
    (await dynamodb.send(new GetCommand({ TableName: tableName, Key: key, ConsistentRead: true }))).Item as
      | T
      | undefined;

  const fleet = {
    tenantId,
    events,
    s3,
    simulator,
    control,
    sqs,
    /** Where the connector finds everything; a test may put something of its own in between. */
    environment,
    startConnector: ({ environment: own = {}, file = 'parent.ts' }: StartOptions = {}): TestConnector => {
      const parent = spawn(process.execPath, [join(connectorFolder, file)], {
        env: { ...environment, ...own },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let output = '';
      for (const stream of [parent.stdout, parent.stderr])
        stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
      const connector: TestConnector = {
        parent,
        output: () => output,
        stop: async () => {
          connectors.delete(connector);
          if (parent.exitCode !== null || parent.signalCode !== null) return parent.exitCode;
          const exited = once(parent, 'exit');
          parent.kill('SIGTERM');
          await exited;
          return parent.exitCode;
        },
      };
      connectors.add(connector);
      return connector;
    },
    workers: async () => {
      const { Items = [] } = await dynamodb.send(
        new QueryCommand({
          TableName: names.fleet,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': 'WORKERS' },
          ConsistentRead: true,
        }),
      );
      return Items as { processId: number; workerId: string; sessions: number; shards: number }[];
    },
    createSession: async (fields: Partial<Session> = {}): Promise<string> => {
      const sessionId = newId('ses');
      const at = new Date().toISOString();
      const session: Session = {
        tenantId,
        sessionId,
        name: 'test',
        shard: shardOf(sessionId),
        desired: 'connected',
        desiredRev: 1,
        status: 'starting',
        statusRev: 0,
        statusSince: at,
        statusHistory: [],
        metadata: { customer: 'abc' },
        // Traffic of tests comes in bursts.
        settings: { sending: { pacing: false, newChatsPerDay: null } },
        autoReply: noAutoReply,
        createdAt: at,
        updatedAt: at,
        ...fields,
      };
      const Item = {
        ...tableKeys.session(tenantId, sessionId),
        ...tableIndexes.byShard.keys(session.shard, sessionId),
        ...session,
      };
      await dynamodb.send(new PutCommand({ TableName: names.control, Item }));
      await fleet.look(sessionId);
      return sessionId;
    },
    look: (sessionId: string) =>
      sendCommand(shardOf(sessionId), {
        version: 1,
        kind: 'session.reconcile',
        commandId: newId('cmd'),
        tenantId,
        sessionId,
        requestId: 'req_test',
      }),
    /** Writes intent as the API does. */
    wish: async (sessionId: string, changes: Record<string, unknown>) => {
      const entries = Object.entries(changes);
      await dynamodb.send(
        new UpdateCommand({
          TableName: names.control,
          Key: tableKeys.session(tenantId, sessionId),
          UpdateExpression: `SET desiredRev = desiredRev + :one, ${entries.map(([name]) => `#${name} = :${name}`).join(', ')}`,
          ExpressionAttributeNames: Object.fromEntries(entries.map(([name]) => [`#${name}`, name])),
          ExpressionAttributeValues: {
            ':one': 1,
            ...Object.fromEntries(entries.map(([name, value]) => [`:${name}`, value])),
          },
        }),
      );
      await fleet.look(sessionId);
    },
    session: (sessionId: string) => read<Session>(names.control, tableKeys.session(tenantId, sessionId)),
    linking: (sessionId: string) => read<SessionLinking>(names.control, tableKeys.sessionLinking(tenantId, sessionId)),
    message: (sessionId: string, messageId: string) =>
      read<Message>(names.messages, tableKeys.message(tenantId, sessionId, messageId)),
    mediaKeys: async (sessionId: string): Promise<string[]> => {
      const input = { Bucket: environment.MEDIA_BUCKET, Prefix: `media/${tenantId}/${sessionId}/` };
      const { Contents = [] } = await s3Client.send(new ListObjectsV2Command(input));
      return Contents.flatMap(({ Key }) => Key ?? []);
    },
    keyItems: async (sessionId: string) => {
      const { Count } = await dynamodb.send(
        new QueryCommand({
          TableName: names.keys,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': tableKeys.credentials(tenantId, sessionId).pk },
          Select: 'COUNT',
          ConsistentRead: true,
        }),
      );
      return Count ?? 0;
    },
    send: (sessionId: string, phone: string, text: string): Promise<string> =>
      fleet.sendContent(sessionId, phone, { content: { type: 'text', text } }),
    sendContent: async (
      sessionId: string,
      phone: string,
      fields: Pick<Message, 'content'> & Partial<Message>,
    ): Promise<string> => {
      const messageId = newMessageId();
      const at = new Date().toISOString();
      const message: Message = {
        tenantId,
        sessionId,
        messageId,
        direction: 'outbound',
        chat: { id: `${phone}@s.whatsapp.net`, phone: `+${phone}`, lid: null, name: null },
        to: phone,
        ...fields,
        status: 'queued',
        createdAt: at,
        updatedAt: at,
        requestId: 'req_test',
        expiresAtSeconds: 2 ** 31,
      };
      const Item = { ...tableKeys.message(tenantId, sessionId, messageId), ...message };
      await dynamodb.send(new PutCommand({ TableName: names.messages, Item }));
      await sendCommand(shardOf(sessionId), {
        version: 1,
        kind: 'message.send',
        commandId: messageId,
        messageId,
        tenantId,
        sessionId,
        requestId: 'req_test',
      });
      return messageId;
    },
    waitForStatus: (sessionId: string, status: string) =>
      waitFor(`session to be ${status}`, async () => {
        const row = await fleet.session(sessionId);
        return row?.status === status ? row : undefined;
      }),
    waitForEvent: (what: string, fits: (event: EventEnvelope) => boolean) =>
      waitFor(`event: ${what}`, () => events.find(fits)),
    link: async (phone: string): Promise<string> => {
      await control('POST', '/phones', { phone, name: `Owner ${phone}` });
      const sessionId = await fleet.createSession();
      const { qr } = await waitFor('a QR', async () => {
        const row = await fleet.linking(sessionId);
        return row?.qr === undefined ? undefined : row;
      });
      await control('POST', `/phones/${phone}/scan`, { qr });
      await fleet.waitForStatus(sessionId, 'connected');
      return sessionId;
    },
    stop: async () => {
      await Promise.all([...connectors].map((connector) => connector.stop()));
      stopCollecting.abort();
      await collecting;
      client.destroy();
      s3Client.destroy();
      await Promise.all([tables.stop(), s3.stop(), sqs.stop(), kms.stop(), simulator.stop()]);
    },
  };
  return fleet;
}

export type TestFleet = Awaited<ReturnType<typeof startTestFleet>>;
