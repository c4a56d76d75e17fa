/**
 * Names of the environment variables that the stack gives to functions and to the connector. `lib` writes them, runtime code
 * reads them through `requireEnvironment`, and both use this table, so that neither can misspell one.
 */
export const environmentNames = {
  stage: 'STAGE',
  logLevel: 'LOG_LEVEL',
  controlTable: 'CONTROL_TABLE',
  keysTable: 'KEYS_TABLE',
  messagesTable: 'MESSAGES_TABLE',
  deliveriesTable: 'DELIVERIES_TABLE',
  fleetTable: 'FLEET_TABLE',
  eventsQueueUrl: 'EVENTS_QUEUE_URL',
  deliveriesQueueUrl: 'DELIVERIES_QUEUE_URL',
  /** The lane of webhooks that are slow or fail, of late retries and of replays. */
  slowDeliveriesQueueUrl: 'SLOW_DELIVERIES_QUEUE_URL',
  /** The URL of a shard's queue without `-shard-<n>.fifo`; see `shardQueueUrl`. */
  shardQueueUrlPrefix: 'SHARD_QUEUE_URL_PREFIX',
  shardCount: 'SHARD_COUNT',
  mediaBucket: 'MEDIA_BUCKET',
  /** Bytes of one medium that a connector fetches at most; empty means 100 MiB. */
  mediaBytesMax: 'MEDIA_BYTES_MAX',
  jwtSecretArn: 'JWT_SECRET_ARN',
  sealingKeyId: 'SEALING_KEY_ID',
  /** The queue to the function that mails; empty where no sender of mails is set up. */
  mailsQueueUrl: 'MAILS_QUEUE_URL',
  /** Sender of the mails. */
  mailFrom: 'MAIL_FROM',
  /** Address of a page that takes the token of a password reset, put behind it; empty means that the mail tells of the API. */
  passwordResetUrl: 'PASSWORD_RESET_URL',
  /** `open`, `invite` or `closed`. */
  registrationMode: 'REGISTRATION_MODE',
  /** Accounts that one client network may open at once, where registration is open. */
  registrationsPerAddress: 'REGISTRATIONS_PER_ADDRESS',
  /** Comma-separated CIDRs that webhooks may reach although the guard forbids them; http is allowed for them too. Empty on AWS. */
  webhookAllowedCidrs: 'WEBHOOK_ALLOWED_CIDRS',
  /** Whom a tenant's role lets in, for destinations in the tenant's own AWS account: `arn:aws:iam::<account of Wharf>:root`. */
  webhookRolePrincipal: 'WEBHOOK_ROLE_PRINCIPAL',
  /** Comma-separated ports beside 443 at which connectors reach public proxies of sessions. */
  proxyPorts: 'PROXY_PORTS',
  /** `ws://` or `wss://` address of a WhatsApp simulator; empty means the real service. */
  simulatorUrl: 'SIMULATOR_URL',
  /** Base64 of the 32-byte root public key of that simulator. */
  simulatorRootKey: 'SIMULATOR_ROOT_KEY',
  /** A host name other than loopback that `SIMULATOR_URL` may name. */
  simulatorAllowedHost: 'SIMULATOR_ALLOWED_HOST',
  /** JSON that changes or adds plans, at most 2,000 characters; empty means the plans of `core/plans/plans.ts`. */
  plans: 'PLANS',
  /** Name of the plan of accounts that were given none. */
  defaultPlan: 'DEFAULT_PLAN',
  /** Name or ARN of the connectors' cluster and service, which the scaler steers. */
  ecsCluster: 'ECS_CLUSTER',
  ecsService: 'ECS_SERVICE',
  /** Connector tasks at least, while a session needs one, and at most. */
  workersMin: 'WORKERS_MIN',
  workersMax: 'WORKERS_MAX',
  /** Minutes without a session that needs a connector, after which no task runs; empty means that one always does. */
  zeroAfterMinutes: 'ZERO_AFTER_MINUTES',
  /** Starts the scaler at once. */
  wakeQueueUrl: 'WAKE_QUEUE_URL',
  /** Sessions that one connector process takes at most. */
  workerCapacity: 'WORKER_CAPACITY',
} as const;

export type EnvironmentName = (typeof environmentNames)[keyof typeof environmentNames];

/**
 * The value of a variable, or an error that names it. An empty value counts as missing.
 *
 * @example requireEnvironment('CONTROL_TABLE') // 'wharf-control-…'
 */
export function requireEnvironment(name: EnvironmentName, environment: NodeJS.ProcessEnv = process.env): string {
  const value = environment[name];
  if (value === undefined || value === '') throw new Error(`The environment variable ${name} is not set.`);
  return value;
}

/** The URL of the FIFO queue that carries the commands of one shard. */
export function shardQueueUrl(prefix: string, shard: number): string {
  return `${prefix}-shard-${shard}.fifo`;
}
