/**
 * Keys of every item in the five tables. All tables have `pk` and `sk` (strings); the indexes are named here too. The tenant is part
 * of every partition key that holds tenant data, so a foreign id cannot even be read. `fleet` holds no tenant data.
 */
export const tableKeys = {
  /** control */
  user: (userId: string) => ({ pk: `TENANT#${userId}`, sk: 'PROFILE' }),
  email: (emailLowerCase: string) => ({ pk: `EMAIL#${emailLowerCase}`, sk: 'EMAIL' }),
  apiKey: (tenantId: string, keyId: string) => ({ pk: `TENANT#${tenantId}`, sk: `APIKEY#${keyId}` }),
  /** What a request needs to know of a key, found by the hash alone: one read per request. */
  keyHash: (sha256Hex: string) => ({ pk: `KEYHASH#${sha256Hex}`, sk: 'KEYHASH' }),
  session: (tenantId: string, sessionId: string) => ({ pk: `TENANT#${tenantId}`, sk: `SESSION#${sessionId}` }),
  sessionLinking: (tenantId: string, sessionId: string) => ({ pk: `TENANT#${tenantId}`, sk: `LINKING#${sessionId}` }),
  /** Webhooks in a partition of their own, by scope, so that fan-out reads those of one session with one query. */
  webhook: (tenantId: string, scope: string, webhookId: string) => ({
    pk: `TENANT#${tenantId}#WEBHOOKS`,
    sk: `SCOPE#${scope}#${webhookId}`,
  }),
  webhookPointer: (tenantId: string, webhookId: string) => ({ pk: `TENANT#${tenantId}`, sk: `WEBHOOK#${webhookId}` }),
  /** The tenant's data key, wrapped by KMS: seals webhook secrets in `control`, and creds and Signal keys in `keys`. */
  dataKey: (tenantId: string) => ({ pk: `TENANT#${tenantId}`, sk: 'DATAKEY' }),

  /** keys */
  credentials: (tenantId: string, sessionId: string) => ({
    pk: `TENANT#${tenantId}#SESSION#${sessionId}`,
    sk: 'CREDS',
  }),
  signalKey: (tenantId: string, sessionId: string, type: string, id: string) => ({
    pk: `TENANT#${tenantId}#SESSION#${sessionId}`,
    sk: `KEY#${type}#${id}`,
  }),

  /** messages */
  message: (tenantId: string, sessionId: string, messageId: string) => ({
    pk: `TENANT#${tenantId}#SESSION#${sessionId}`,
    sk: `MESSAGE#${messageId}`,
  }),

  /** deliveries */
  sequence: (tenantId: string, sessionId: string) => ({
    pk: `TENANT#${tenantId}#SESSION#${sessionId}`,
    sk: 'SEQUENCE',
  }),
  event: (tenantId: string, sessionId: string, sequence: number) => ({
    pk: `TENANT#${tenantId}#SESSION#${sessionId}`,
    sk: `EVENT#${String(sequence).padStart(12, '0')}`,
  }),
  eventSeen: (tenantId: string, eventId: string) => ({ pk: `TENANT#${tenantId}#SEEN#${eventId}`, sk: 'SEEN' }),
  delivery: (tenantId: string, deliveryId: string) => ({
    pk: `TENANT#${tenantId}#DELIVERY#${deliveryId}`,
    sk: 'DELIVERY',
  }),
  attempt: (tenantId: string, deliveryId: string, attempt: number) => ({
    pk: `TENANT#${tenantId}#DELIVERY#${deliveryId}`,
    sk: `ATTEMPT#${String(attempt).padStart(4, '0')}`,
  }),

  /** fleet */
  worker: (workerId: string) => ({ pk: 'WORKERS', sk: workerId }),
  shard: (shard: number) => ({ pk: 'SHARDS', sk: String(shard).padStart(5, '0') }),
};

/** Buckets of the due index, so that no single partition takes all writes of a bad hour. */
export const dueBuckets = 8;

/**
 * Global secondary indexes. `control.byShard`: sessions of a shard. `deliveries.byWebhook`: deliveries of a webhook, by time.
 * `deliveries.byDue`: waiting deliveries by the moment the sweep must look at them; sparse, only `waiting` rows carry its keys.
 */
export const tableIndexes = {
  byShard: {
    name: 'byShard',
    partitionKey: 'shardPk',
    sortKey: 'shardSk',
    keys: (shard: number, sessionId: string) => ({ shardPk: `SHARD#${shard}`, shardSk: sessionId }),
  },
  byWebhook: {
    name: 'byWebhook',
    partitionKey: 'webhookPk',
    sortKey: 'webhookSk',
    keys: (tenantId: string, webhookId: string, createdAt: string, deliveryId: string) => ({
      webhookPk: `TENANT#${tenantId}#WEBHOOK#${webhookId}`,
      webhookSk: `${createdAt}#${deliveryId}`,
    }),
  },
  byDue: {
    name: 'byDue',
    partitionKey: 'duePk',
    sortKey: 'dueSk',
    keys: (bucket: number, sweepAt: string, deliveryId: string) => ({
      duePk: `DUE#${bucket}`,
      dueSk: `${sweepAt}#${deliveryId}`,
    }),
  },
} as const;

/** Name of the attribute that DynamoDB's time-to-live watches in `messages`, `deliveries` and `control`. */
export const timeToLiveAttribute = 'expiresAtSeconds';
