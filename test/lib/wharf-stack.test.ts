import { describe, expect, test } from 'vitest';
import { tableIndexes, timeToLiveAttribute } from '../../core/storage/table-keys.ts';
import { createStack, functionNames, resource, resourcesOf, synthesize, target } from './support/synthesize.ts';

const template = synthesize();
const json = template.toJSON();

test('the stack holds what was counted, and nothing came in unseen', () => {
  const counts: Record<string, number> = {};
  for (const { Type } of Object.values(json.Resources) as { Type: string }[]) counts[Type] = (counts[Type] ?? 0) + 1;
  expect(counts).toMatchSnapshot();
});

test('parameters have the names that the local runner sets', () => {
  expect(json.Parameters).toMatchObject({
    SimulatorUrl: { Default: '' },
    SimulatorRootKey: { Default: '' },
    SimulatorAllowedHost: { Default: '' },
    WebhookAllowedCidrs: { Default: '' },
    RegistrationMode: { Default: 'closed', AllowedValues: ['open', 'invite', 'closed'] },
    DefaultPlan: { Default: 'free', AllowedValues: ['free', 'starter', 'pro', 'scale', 'sandbox'] },
    WorkersMin: { Default: 2 },
    WorkersMax: { Default: 20 },
    ZeroAfterMinutes: { Default: '15' },
  });
});

describe('tables', () => {
  const projectionOf = (includes: readonly string[] | undefined) => {
    if (includes === undefined) return { ProjectionType: 'ALL' };
    if (includes.length === 0) return { ProjectionType: 'KEYS_ONLY' };
    return { ProjectionType: 'INCLUDE', NonKeyAttributes: includes };
  };
  const tables = resourcesOf(template, 'AWS::DynamoDB::Table');

  test('there are five, keyed by pk and sk, encrypted, with point-in-time recovery', () => {
    expect(tables.map(([id]) => id.replace(/^Tables|[0-9A-F]{8}$/g, '')).sort()).toEqual([
      'Control',
      'Deliveries',
      'Fleet',
      'Keys',
      'Messages',
    ]);
    for (const [, { Properties }] of tables) {
      expect(Properties).toMatchObject({
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        BillingMode: 'PAY_PER_REQUEST',
        SSESpecification: { SSEEnabled: true },
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      });
    }
  });

  test.each([
    ['TablesControl', [tableIndexes.byShard, tableIndexes.byNeed]],
    ['TablesDeliveries', [tableIndexes.byWebhook, tableIndexes.byDue, tableIndexes.byEndpoint]],
    ['TablesMessages', [tableIndexes.byChat]],
    ['TablesKeys', []],
    ['TablesFleet', []],
  ])('%s has its indexes', (idStart, indexes) => {
    const found = resource(template, 'AWS::DynamoDB::Table', idStart).Properties.GlobalSecondaryIndexes ?? [];
    expect(found).toEqual(
      indexes.map(({ name, partitionKey, sortKey, ...rest }) => ({
        IndexName: name,
        KeySchema: [
          { AttributeName: partitionKey, KeyType: 'HASH' },
          { AttributeName: sortKey, KeyType: 'RANGE' },
        ],
        Projection: projectionOf('includes' in rest ? rest.includes : undefined),
      })),
    );
  });

  test('rows expire in control, messages and deliveries only: keys and fleet must never lose one by age', () => {
    const expiring = tables.filter(([, { Properties }]) => Properties.TimeToLiveSpecification !== undefined);
    expect(expiring.map(([id]) => id.replace(/[0-9A-F]{8}$/, '')).sort()).toEqual([
      'TablesControl',
      'TablesDeliveries',
      'TablesMessages',
    ]);
    for (const [, { Properties }] of expiring) {
      expect(Properties.TimeToLiveSpecification).toEqual({ AttributeName: timeToLiveAttribute, Enabled: true });
    }
  });

  test('with protection data outlives the stack, without it goes with the stack', () => {
    const open = synthesize({ deletionProtection: false });
    for (const [, table] of tables) {
      expect(table).toMatchObject({ DeletionPolicy: 'Retain', Properties: { DeletionProtectionEnabled: true } });
    }
    for (const [, table] of resourcesOf(open, 'AWS::DynamoDB::Table')) {
      expect(table).toMatchObject({ DeletionPolicy: 'Delete', Properties: { DeletionProtectionEnabled: false } });
    }
    expect(createStack().stack.terminationProtection).toBe(true);
  });
});

describe('queues', () => {
  const queues = resourcesOf(template, 'AWS::SQS::Queue');
  const isDead = (name: unknown) => /-dead(\.fifo)?$/.test(String(name));
  /** Its messages only say "now": late ones are worth nothing. */
  const isWake = (id: string) => id.startsWith('ScalerWake');

  test('all are encrypted, keep messages for 14 days and refuse plain HTTP', () => {
    const guarded = new Set(
      resourcesOf(template, 'AWS::SQS::QueuePolicy').flatMap(([, { Properties }]) => {
        const { Statement } = Properties.PolicyDocument as { Statement: unknown[] };
        expect(Statement).toContainEqual(
          expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        );
        return (Properties.Queues as unknown[]).map(target);
      }),
    );
    for (const [id, { Properties }] of queues) {
      const retentionSeconds = isWake(id) ? 600 : 14 * 86_400;
      expect(Properties).toMatchObject({ SqsManagedSseEnabled: true, MessageRetentionPeriod: retentionSeconds });
      expect(guarded, id).toContain(id);
    }
  });

  test('each working queue has a queue for dead letters of its own kind', () => {
    const byId = new Map(queues);
    for (const [id, { Properties }] of queues.filter(([, queue]) => !isDead(queue.Properties.QueueName))) {
      if (isWake(id)) continue;
      const { deadLetterTargetArn, maxReceiveCount } = Properties.RedrivePolicy as Record<string, unknown>;
      const dead = byId.get(target(deadLetterTargetArn))?.Properties;
      expect(isDead(dead?.QueueName), id).toBe(true);
      expect(dead?.FifoQueue, id).toBe(Properties.FifoQueue);
      expect(maxReceiveCount, id).toBe(id.startsWith('ShardQueues') ? 200 : 5);
    }
  });

  test('there is a FIFO queue for each shard, and the prefix of their addresses is what the code appends to', () => {
    const names = queues.map(([, { Properties }]) => Properties.QueueName);
    for (let shard = 0; shard < 64; shard++) expect(names).toContain(`wharf-production-shard-${shard}.fifo`);
    expect(names).not.toContain('wharf-production-shard-64.fifo');
    const prefixes = environments().filter(([, variables]) => variables.SHARD_QUEUE_URL_PREFIX !== undefined);
    expect(prefixes.map(([id]) => id.replace(/[0-9A-F]{8}$/, '')).sort()).toEqual([
      'AutoReply',
      'Directory',
      'Messages',
      'Sessions',
      'connector',
    ]);
    for (const [, variables] of prefixes) {
      expect(variables.SHARD_QUEUE_URL_PREFIX).toEqual({
        'Fn::Select': [0, { 'Fn::Split': ['-shard-0.fifo', { Ref: expect.stringMatching(/^ShardQueuesShard0/) }] }],
      });
    }
  });

  test('a queue that feeds a function hides a message for at least six times the timeout of the function', () => {
    const mappings = resourcesOf(template, 'AWS::Lambda::EventSourceMapping');
    expect(mappings.length).toBeGreaterThanOrEqual(5);
    for (const [, { Properties }] of mappings) {
      const queue = json.Resources[target(Properties.EventSourceArn)].Properties;
      const consumer = json.Resources[target(Properties.FunctionName)].Properties;
      expect(queue.VisibilityTimeout).toBeGreaterThanOrEqual(6 * consumer.Timeout);
      expect(Properties.FunctionResponseTypes).toEqual(['ReportBatchItemFailures']);
    }
  });
});

function environments(): [string, Record<string, unknown>][] {
  const functions = resourcesOf(template, 'AWS::Lambda::Function').map(
    ([id, { Properties }]) =>
      [id, (Properties.Environment as { Variables: Record<string, unknown> }).Variables] as [
        string,
        Record<string, unknown>,
      ],
  );
  return [...functions, ['connector', containerEnvironment()]];
}

function container(): Record<string, unknown> {
  const { Properties } = resource(template, 'AWS::ECS::TaskDefinition', 'FleetTask');
  return (Properties.ContainerDefinitions as Record<string, unknown>[])[0]!;
}

function containerEnvironment(): Record<string, unknown> {
  const variables = container().Environment as { Name: string; Value: unknown }[];
  return Object.fromEntries(variables.map(({ Name, Value }) => [Name, Value]));
}

describe('functions', () => {
  test('run on Node 24 and arm64, with a log that ends', () => {
    const functions = resourcesOf(template, 'AWS::Lambda::Function');
    expect(functions).toHaveLength(functionNames.length);
    for (const [, { Properties }] of functions) {
      expect(Properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'], Handler: 'index.handler' });
      expect(Properties.MemorySize).toBeGreaterThanOrEqual(512);
      expect(Properties.VpcConfig).toBeUndefined();
      const log = json.Resources[target((Properties.LoggingConfig as { LogGroup: unknown }).LogGroup)];
      expect(log.Properties.RetentionInDays).toBe(30);
    }
  });

  test('deliver says what happens when it feeds its own queue', () => {
    expect(resource(template, 'AWS::Lambda::Function', 'EventFunctionsDeliver').Properties).toMatchObject({
      RecursiveLoop: 'Allow',
    });
    const deliveries = resourcesOf(template, 'AWS::Lambda::EventSourceMapping').find(([id]) =>
      id.startsWith('EventFunctionsDeliver'),
    )!;
    expect(deliveries[1].Properties.BatchSize).toBeLessThanOrEqual(5);
  });

  test.each([
    ['Sweep', 'EventFunctionsEveryMinute'],
    ['Recover', 'EventFunctionsRecoverEveryMinute'],
  ])('a run of %s ends before the next minute begins', (name, ruleStart) => {
    const { Properties } = resource(template, 'AWS::Events::Rule', ruleStart);
    expect(Properties).toMatchObject({ ScheduleExpression: 'rate(1 minute)', State: 'ENABLED' });
    expect(resource(template, 'AWS::Lambda::Function', `EventFunctions${name}`).Properties.Timeout).toBeLessThan(60);
  });

  test('only the connector hears of a simulator, and only auth of the registration mode', () => {
    const having = (name: string) => environments().flatMap(([id, variables]) => (name in variables ? [id] : []));
    expect(having('SIMULATOR_URL')).toEqual(['connector']);
    expect(having('REGISTRATION_MODE')).toEqual([expect.stringMatching(/^Auth/)]);
  });
});

describe('fleet', () => {
  test('lies in public subnets without NAT, and nothing comes in', () => {
    template.resourceCountIs('AWS::EC2::NatGateway', 0);
    template.resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
    for (const [, { Properties }] of resourcesOf(template, 'AWS::EC2::SecurityGroup')) {
      expect(Properties.SecurityGroupIngress).toBeUndefined();
      expect(Properties.SecurityGroupEgress).toEqual([expect.objectContaining({ FromPort: 443, ToPort: 443 })]);
    }
    const endpoints = resourcesOf(template, 'AWS::EC2::VPCEndpoint').map(([, { Properties }]) => Properties);
    expect(endpoints.map(({ VpcEndpointType }) => VpcEndpointType)).toEqual(['Gateway', 'Gateway']);
    expect(JSON.stringify(endpoints.map(({ ServiceName }) => ServiceName))).toMatch(/\.dynamodb.*\.s3/);
  });

  test('starts new tasks before old ones go, rolls back by itself and gives 120 s to drain', () => {
    const service = resource(template, 'AWS::ECS::Service', 'Fleet').Properties;
    // The scaler's: a deployment must not set it back.
    expect(service).not.toHaveProperty('DesiredCount');
    expect(service).toMatchObject({
      DeploymentConfiguration: {
        MinimumHealthyPercent: 100,
        MaximumPercent: 200,
        DeploymentCircuitBreaker: { Enable: true, Rollback: true },
      },
      NetworkConfiguration: { AwsvpcConfiguration: { AssignPublicIp: 'ENABLED' } },
    });
    expect(container()).toMatchObject({ StopTimeout: 120, ReadonlyRootFilesystem: true });
    expect(resource(template, 'AWS::ECS::TaskDefinition', 'FleetTask').Properties).toMatchObject({
      RuntimePlatform: { CpuArchitecture: 'ARM64' },
      Cpu: '1024',
      Memory: '2048',
    });
  });

  test('leaves memory outside of the heap', () => {
    expect(containerEnvironment().NODE_OPTIONS).toBe('--max-semi-space-size=16 --max-old-space-size=1536');
  });
});

describe('secrets and media', () => {
  test('the sealing key turns each year and survives the stack', () => {
    expect(resource(template, 'AWS::KMS::Key', 'Secrets')).toMatchObject({
      DeletionPolicy: 'Retain',
      Properties: { EnableKeyRotation: true },
    });
  });

  test('media is private, encrypted, TLS only and does not stay', () => {
    expect(resource(template, 'AWS::S3::Bucket', 'Media').Properties).toMatchObject({
      BucketEncryption: expect.anything(),
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      LifecycleConfiguration: { Rules: [expect.objectContaining({ ExpirationInDays: 30, Status: 'Enabled' })] },
    });
    expect(JSON.stringify(resource(template, 'AWS::S3::BucketPolicy', 'Media'))).toContain('aws:SecureTransport');
  });
});
