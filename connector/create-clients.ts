import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** Connections for the work of hundreds of sessions; the default of 50 would queue a take-over behind itself. */
const socketsMax = 200;
const fleetSocketsMax = 20;
const s3SocketsMax = 20;

/**
 * The AWS clients of a connector. Long polls have a client of their own: one connection per shard is busy all the time, and a
 * publish must never wait for one of them.
 */
export function createClients(shardCount: number) {
  const client = new DynamoDBClient({ requestHandler: handler(socketsMax) });
  const dynamodb = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  // Beats must never queue behind the keys of a take-over, nor be stopped by the guard that they feed.
  const fleetClient = new DynamoDBClient({ requestHandler: handler(fleetSocketsMax) });
  const fleet = DynamoDBDocumentClient.from(fleetClient, { marshallOptions: { removeUndefinedValues: true } });
  const sqs = new SQSClient({ requestHandler: handler(socketsMax) });
  const polling = new SQSClient({ requestHandler: handler(shardCount + 8) });
  const kms = new KMSClient({});
  // Streams have no checksum before they are read; what is in them was checked already.
  const s3 = new S3Client({ requestHandler: handler(s3SocketsMax), requestChecksumCalculation: 'WHEN_REQUIRED' });
  return {
    dynamodb,
    /** For the fleet table. */
    fleet,
    sqs,
    polling,
    kms,
    s3,
    destroy: () => {
      for (const each of [client, fleetClient, sqs, polling, kms, s3]) each.destroy();
    },
  };
}

export type Clients = ReturnType<typeof createClients>;

function handler(maxSockets: number) {
  const agent = { keepAlive: true, maxSockets };
  return { connectionTimeout: 2_000, httpAgent: agent, httpsAgent: agent };
}
