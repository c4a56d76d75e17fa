/**
 * Keys of every item in the five tables. All tables have `pk` and `sk` (strings); the indexes are named here too. The tenant is part
 * of every partition key that holds tenant data, so a foreign id cannot even be read. `fleet` holds no tenant data.
 */
export const tableKeys = {
  /** control */
  user: (userId: string) => ({ pk: `TENANT#${userId}`, sk: 'PROFILE' }),
  email: (emailLowerCase: string) => ({ pk: `EMAIL#${emailLowerCase}`, sk: 'EMAIL' }),
  /** Every account by id, for administrators: one partition, because accounts are few and are made seldom. */
  userListing: (userId: string) => ({ pk: 'USERS', sk: userId }),
  invite: (inviteId: string) => ({ pk: 'INVITES', sk: inviteId }),
  apiKey: (tenantId: string, keyId: string) => ({ pk: `TENANT#${tenantId}`, sk: `APIKEY#${keyId}` }),
  /** Keys of one session lie apart from the account's, so that either list is one query. */
  sessionKey: (tenantId: string, sessionId: string, keyId: string) => ({
    pk: `TENANT#${tenantId}`,
    sk: `SESSIONKEY#${sessionId}#${keyId}`,
  }),
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
  /** Counters of one tenant's quotas; `name` is `SESSIONS`, `MESSAGES#<day>` or `WEBHOOKS#<scope>`. */
  quota: (tenantId: string, name: string) => ({ pk: `TENANT#${tenantId}#QUOTAS`, sk: name }),
  /** What one session used in one month (`2026-11`), with a column for each day. */
  usage: (tenantId: string, month: string, sessionId: string) => ({
    pk: `TENANT#${tenantId}#USAGE`,
    sk: `MONTH#${month}#${sessionId}`,
  }),
  /** A partition for each bucket, so that a busy key has the throughput of a partition to itself. */
  rateBucket: (tenantId: string, subject: string) => ({ pk: `TENANT#${tenantId}#RATE#${subject}`, sk: 'RATE' }),
  /** `scopeHash` is the SHA-256 of route and key. */
  idempotency: (tenantId: string, scopeHash: string) => ({
    pk: `TENANT#${tenantId}#IDEMPOTENCY#${scopeHash}`,
    sk: 'IDEMPOTENCY',
  }),
  refreshFamily: (tenantId: string, familyId: string) => ({
    pk: `TENANT#${tenantId}#REFRESH`,
    sk: `FAMILY#${familyId}`,
  }),
  /** The trail by time: `position` is an ISO moment and an id. */
  audit: (tenantId: string, position: string) => ({ pk: `TENANT#${tenantId}#AUDIT`, sk: `AT#${position}` }),
  /** Login tries come before any tenant is known. Only hashes: people type passwords into the e-mail field. */
  loginAccount: (emailHash: string) => ({ pk: `LOGIN#ACCOUNT#${emailHash}`, sk: 'ALL' }),
  loginAccountAddress: (emailHash: string, addressHash: string) => ({
    pk: `LOGIN#ACCOUNT#${emailHash}`,
    sk: `ADDRESS#${addressHash}`,
  }),
  loginAddress: (addressHash: string) => ({ pk: `LOGIN#ADDRESS#${addressHash}`, sk: 'ALL' }),

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
  media: (tenantId: string, sessionId: string, mediaId: string) => ({
    pk: `TENANT#${tenantId}#SESSION#${sessionId}`,
    sk: `MEDIA#${mediaId}`,
  }),
  /** What the connector still has to fetch; read again when a session changes hands. */
  mediaJob: (tenantId: string, sessionId: string, messageId: string) => ({
    pk: `TENANT#${tenantId}#SESSION#${sessionId}`,
    sk: `MEDIAJOB#${messageId}`,
  }),
  /** A question to WhatsApp and, minutes long, its answer. */
  call: (tenantId: string, sessionId: string, callId: string) => ({
    pk: `TENANT#${tenantId}#SESSION#${sessionId}`,
    sk: `CALL#${callId}`,
  }),
  chat: (tenantId: string, sessionId: string, chatId: string) => ({
    pk: `TENANT#${tenantId}#SESSION#${sessionId}#CHATS`,
    sk: `CHAT#${chatId}`,
  }),
  contact: (tenantId: string, sessionId: string, contactId: string) => ({
    pk: `TENANT#${tenantId}#SESSION#${sessionId}#CONTACTS`,
    sk: `CONTACT#${contactId}`,
  }),
  group: (tenantId: string, sessionId: string, groupId: string) => ({
    pk: `TENANT#${tenantId}#SESSION#${sessionId}#GROUPS`,
    sk: `GROUP#${groupId}`,
  }),
  /** What was answered by itself in a chat, and when a person answered there. */
  replyHistory: (tenantId: string, sessionId: string, chatId: string) => ({
    pk: `TENANT#${tenantId}#SESSION#${sessionId}#REPLIES`,
    sk: `CHAT#${chatId}`,
  }),
  /** A message that waits until it may leave; `position` begins with its ISO moment, so that the list has the order of the messages. */
  parkedSend: (tenantId: string, sessionId: string, position: string) => ({
    pk: `TENANT#${tenantId}#SESSION#${sessionId}#SENDING`,
    sk: `PARKED#${position}`,
  }),
  /** While WhatsApp lets the account begin no new chats. */
  sendingHold: (tenantId: string, sessionId: string) => ({
    pk: `TENANT#${tenantId}#SESSION#${sessionId}#SENDING`,
    sk: 'HOLD',
  }),
  /** What was used of the limits of one UTC day (`2026-11-22`). */
  sendingDay: (tenantId: string, sessionId: string, day: string) => ({
    pk: `TENANT#${tenantId}#SESSION#${sessionId}#SENDING`,
    sk: `DAY#${day}`,
  }),
  /** A person who wants no more messages, by one of their addresses. */
  optOut: (tenantId: string, sessionId: string, address: string) => ({
    pk: `TENANT#${tenantId}#SESSION#${sessionId}#OPTOUTS`,
    sk: `OPTOUT#${address}`,
  }),
  /** The other form of an address: under a phone id the LID, and under a LID the phone. */
  alternateAddress: (tenantId: string, sessionId: string, address: string) => ({
    pk: `TENANT#${tenantId}#SESSION#${sessionId}#ADDRESSES`,
    sk: `ADDRESS#${address}`,
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
  /** How an endpoint, which is a webhook as deliver meets it, fares: one small row, changed by atomic updates. */
  endpoint: (tenantId: string, webhookId: string) => ({
    pk: `TENANT#${tenantId}#ENDPOINT#${webhookId}`,
    sk: 'HEALTH',
  }),
  recovery: (tenantId: string, webhookId: string, recoveryId: string) => ({
    pk: `TENANT#${tenantId}#RECOVERIES#${webhookId}`,
    sk: `RECOVERY#${recoveryId}`,
  }),
  /** Jobs that are running, of all tenants, one for a webhook at most: what the `recover` function looks at. */
  openRecovery: (tenantId: string, webhookId: string) => ({ pk: 'RECOVERIES', sk: `${tenantId}#${webhookId}` }),
  /** The deliveries of one session to an ordered webhook that have not ended; the first of them is the one under way. */
  turn: (tenantId: string, webhookId: string, sessionId: string, sequence: number) => ({
    pk: `TENANT#${tenantId}#TURNS#${webhookId}#${sessionId}`,
    sk: `TURN#${String(sequence).padStart(12, '0')}`,
  }),

  /** fleet */
  worker: (workerId: string) => ({ pk: 'WORKERS', sk: workerId }),
  scaler: () => ({ pk: 'SCALER', sk: 'STATE' }),
  shard: (shard: number) => ({ pk: 'SHARDS', sk: String(shard).padStart(5, '0') }),
  planner: () => ({ pk: 'PLANNER', sk: 'PLANNER' }),
  clientVersion: () => ({ pk: 'CLIENT', sk: 'VERSION' }),
};

/** Buckets of the due index, so that no single partition takes all writes of a bad hour. */
export const dueBuckets = 8;

/**
 * Global secondary indexes. `control.byShard`: sessions of a shard. `deliveries.byWebhook`: deliveries of a webhook, by time.
 * `deliveries.byDue`: deliveries that have not ended, by the moment the sweep must look at them. `deliveries.byEndpoint`: attempts at a
 * webhook by day and time, without what the receiver answered, so that a list costs little. An index holds whole rows, or what it
 * `includes` of them.
 */
export const tableIndexes = {
  byShard: {
    name: 'byShard',
    partitionKey: 'shardPk',
    sortKey: 'shardSk',
    keys: (shard: number, sessionId: string) => ({ shardPk: `SHARD#${shard}`, shardSk: sessionId }),
  },
  /**
   * `control.byNeed`: sessions of a shard that need a connector. Sparse: each wish of the tenant writes the key, and the connector takes it away
   * when the session has come to rest.
   */
  byNeed: {
    name: 'byNeed',
    partitionKey: 'needPk',
    sortKey: 'shardSk',
    keys: (shard: number) => ({ needPk: `SHARD#${shard}` }),
    includes: [],
  },
  /** `messages.byChat`: shown messages of a chat, by time; changes carry no keys of it. */
  byChat: {
    name: 'byChat',
    partitionKey: 'chatPk',
    sortKey: 'chatSk',
    keys: (tenantId: string, sessionId: string, chatId: string, createdAt: string, messageId: string) => ({
      chatPk: `TENANT#${tenantId}#SESSION#${sessionId}#CHAT#${chatId}`,
      chatSk: `${createdAt}#${messageId}`,
    }),
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
    // None of these ever changes, so that a move of the row writes to the index only when it moves the moment.
    includes: ['tenantId', 'deliveryId', 'webhookId', 'scope', 'sessionId', 'sequence', 'isOrdered'],
  },
  byEndpoint: {
    name: 'byEndpoint',
    partitionKey: 'endpointPk',
    sortKey: 'endpointSk',
    /** A partition for each day, so that none grows for 30 days nor takes all that a busy endpoint ever got. */
    keys: (at: AttemptPlace) => ({
      endpointPk: endpointDay(at.tenantId, at.webhookId, at.startedAt.slice(0, 10)),
      endpointSk: `${at.startedAt}#${at.deliveryId}#${at.attempt}`,
    }),
    includes: [
      'tenantId',
      'webhookId',
      'deliveryId',
      'sessionId',
      'eventId',
      'eventType',
      'attempt',
      'isManual',
      'startedAt',
      'durationMs',
      'outcome',
      'statusCode',
      'errorKind',
      'expiresAtSeconds',
    ],
  },
} as const;

interface AttemptPlace {
  readonly tenantId: string;
  readonly webhookId: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly deliveryId: string;
  readonly attempt: number;
}

/** The partition of `byEndpoint` with the attempts of one day, `2026-11-22` in UTC. */
export function endpointDay(tenantId: string, webhookId: string, day: string): string {
  return `TENANT#${tenantId}#ENDPOINT#${webhookId}#DAY#${day}`;
}

/** Name of the attribute that DynamoDB's time-to-live watches in `messages`, `deliveries` and `control`. */
export const timeToLiveAttribute = 'expiresAtSeconds';
