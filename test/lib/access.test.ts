import { describe, expect, test } from 'vitest';
import { resourcesOf, synthesize } from './support/synthesize.ts';

const template = synthesize();
const statements = collectStatements();

interface Statement {
  readonly role: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly condition: unknown;
}

function collectStatements(): Statement[] {
  const inline = resourcesOf(template, 'AWS::IAM::Role').flatMap(([id, { Properties }]) =>
    ((Properties.Policies ?? []) as { PolicyDocument: Document }[]).map(
      (policy) => [id, policy.PolicyDocument] as const,
    ),
  );
  const attached = resourcesOf(template, 'AWS::IAM::Policy').flatMap(([, { Properties }]) =>
    (Properties.Roles as { Ref: string }[]).map(({ Ref }) => [Ref, Properties.PolicyDocument as Document] as const),
  );
  return [...inline, ...attached].flatMap(([role, document]) =>
    document.Statement.filter(({ Effect }) => Effect === 'Allow').map((statement) => ({
      role: role.replace(/(Role)?[0-9A-F]{8}$/, ''),
      actions: [statement.Action].flat(),
      resources: [statement.Resource].flat().map((value) => JSON.stringify(value)),
      condition: statement.Condition,
    })),
  );
}

interface Document {
  readonly Statement: readonly {
    readonly Effect: string;
    readonly Action: string | string[];
    readonly Resource: unknown;
    readonly Condition?: unknown;
  }[];
}

/** Roles that may do something to a resource whose reference contains the text. */
function rolesOn(text: string, action = /./): string[] {
  const found = statements.filter(
    ({ resources, actions }) =>
      resources.some((value) => value.includes(text)) && actions.some((name) => action.test(name)),
  );
  return [...new Set(found.map(({ role }) => role))].sort();
}

test('no role has an AWS managed policy', () => {
  for (const [, { Properties }] of resourcesOf(template, 'AWS::IAM::Role')) {
    expect(Properties.ManagedPolicyArns).toBeUndefined();
  }
});

test('no statement allows a wildcard action', () => {
  expect(statements.length).toBeGreaterThan(30);
  expect(statements.flatMap(({ actions }) => actions).filter((action) => action.includes('*'))).toEqual([]);
});

test('wildcard resources are the shard queues, the tasks of the cluster, the objects of the media bucket, and the one action that takes none', () => {
  const wildcards = statements.flatMap(({ resources, actions }) =>
    resources.filter((value) => value.includes('*')).map((value) => `${actions.join(',')} ${value}`),
  );
  for (const wildcard of wildcards.filter((one) => !one.startsWith('sts:AssumeRole '))) {
    expect(wildcard).toMatch(
      /-shard-\*\.fifo|^ecs:UpdateTaskProtection .*:task\/|^(s3:AbortMultipartUpload,s3:DeleteObject,)?s3:GetObject,s3:PutObject .*Media.*media\/\*|^ecr:GetAuthorizationToken "\*"$/,
    );
  }
});

/** Functions that know who calls, and of whose answers some are kept sealed for repeats. */
const closedApi = ['Account', 'Auth', 'Deliveries', 'Directory', 'MediaFunction', 'Messages', 'Sessions', 'Webhooks'];
/** Those, and the one that keeps no answer. */
const callersApi = [...closedApi, 'AutoReply'].sort();

test('deliver alone may ask for roles of tenants, and only for those that are named for it', () => {
  const asking = statements.filter(({ actions }) => actions.some((action) => action.startsWith('sts:')));
  expect(asking.map(({ role, actions }) => ({ role, actions }))).toEqual([
    { role: 'EventFunctionsDeliver', actions: ['sts:AssumeRole'] },
  ]);
  expect(JSON.stringify(asking[0]?.resources)).toMatch(/:iam::\*:role\/wharf-webhook-\*/);
});

describe('who may touch what', () => {
  test.each([
    ['TablesKeys', ['FleetTask']],
    ['TablesFleet', ['Account', 'FleetTask', 'ScalerFunction', 'Sessions']],
    ['TablesMessages', ['Directory', 'FleetTask', 'MediaFunction', 'Messages']],
    [
      'TablesDeliveries',
      [
        'Deliveries',
        'EventFunctionsDeliver',
        'EventFunctionsFanOut',
        'EventFunctionsRecover',
        'EventFunctionsSweep',
        'Webhooks',
      ],
    ],
    [
      'TablesControl',
      [
        'Account',
        'Auth',
        'AutoReply',
        'Deliveries',
        'Directory',
        'EventFunctionsDeliver',
        'EventFunctionsFanOut',
        'EventFunctionsRecover',
        'FleetTask',
        'MailFunction',
        'MediaFunction',
        'Messages',
        'ScalerFunction',
        'Sessions',
        'Webhooks',
      ],
    ],
    ['MediaA', ['FleetTask', 'MediaFunction']],
    ['JwtSecret', callersApi],
    ['SealingKey', [...closedApi, 'EventFunctionsDeliver', 'FleetTask'].sort()],
  ])('%s: %j', (resource, roles) => {
    expect(rolesOn(resource)).toEqual(roles);
  });

  test('deliver opens secrets and seals none', () => {
    expect(rolesOn('SealingKey', /GenerateDataKey/)).toEqual([...closedApi, 'FleetTask'].sort());
  });

  test('only the scaler steers the connectors, and of the fleet the API sees only whether they run', () => {
    expect(rolesOn('FleetService', /^ecs:/)).toEqual(['ScalerFunction']);
    expect(rolesOn(':task/', /^ecs:UpdateTaskProtection$/)).toEqual(['FleetTask']);
    const steering = statements.filter(({ actions }) => actions.some((name) => /^ecs:(Describe|Update)S/.test(name)));
    expect(steering.map(({ actions }) => actions)).toEqual([['ecs:DescribeServices', 'ecs:UpdateService']]);
    expect(rolesOn('ScalerWake', /SendMessage/)).toEqual(['Sessions']);
    expect(statements.find(({ role, resources }) => role === 'Sessions' && /TablesFleet/.test(`${resources}`))).toEqual(
      expect.objectContaining({
        actions: ['dynamodb:GetItem'],
        condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['SCALER'] } },
      }),
    );
  });

  test('functions put commands on shard queues, connectors answers of their own, and only connectors take them', () => {
    expect(rolesOn('-shard-*.fifo', /SendMessage/)).toEqual([
      'AutoReply',
      'Directory',
      'FleetTask',
      'Messages',
      'Sessions',
    ]);
    expect(rolesOn('-shard-*.fifo', /ReceiveMessage/)).toEqual(['FleetTask']);
  });

  test('connectors publish events, and so do the functions that meet quotas', () => {
    expect(rolesOn('EventQueuesEvents', /SendMessage/)).toEqual([
      'Deliveries',
      'EventFunctionsDeliver',
      'FleetTask',
      'Messages',
      'Sessions',
      'Webhooks',
    ]);
  });

  test.each([
    ['#QUOTAS', ['Account', 'Messages', 'Sessions', 'Webhooks']],
    ['#USAGE', ['Account', 'EventFunctionsFanOut']],
    ['#RATE#*', callersApi],
    ['#AUDIT', [...callersApi, 'MailFunction'].sort()],
    ['#REFRESH', ['Account', 'Auth']],
    ['LOGIN#*', ['Auth']],
    ['USERS', ['Account', 'Auth']],
    ['INVITES', ['Account', 'Auth']],
    ['EMAIL#*', ['Account', 'Auth', 'MailFunction']],
    ['#IDEMPOTENCY#*', closedApi],
  ])('%s of the control table: %j', (partition, roles) => {
    const found = statements.filter(({ condition }) => JSON.stringify(condition ?? '').includes(`${partition}"`));
    expect([...new Set(found.map(({ role }) => role))].sort()).toEqual(roles);
  });

  test('the trail of an account is only ever added to', () => {
    const found = statements.filter(({ condition }) => JSON.stringify(condition ?? '').includes('#AUDIT"'));
    const beyondAdding = found.filter(({ actions }) => actions.some((name) => /UpdateItem|DeleteItem/.test(name)));
    expect(beyondAdding).toEqual([]);
  });

  test('system may write its log and nothing else', () => {
    const own = statements.filter(({ role }) => role === 'System');
    expect(own.flatMap(({ actions }) => actions)).toEqual(['logs:CreateLogStream', 'logs:PutLogEvents']);
  });

  test('nobody scans a table', () => {
    expect(statements.flatMap(({ actions }) => actions)).not.toContain('dynamodb:Scan');
  });
});

test('every statement on the control table names the partitions it is for', () => {
  const onControl = statements.filter(({ resources }) => resources.some((value) => value.includes('TablesControl')));
  for (const { role, condition } of onControl) {
    expect(condition, role).toEqual({ 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': expect.anything() } });
  }
  const ofConnector = onControl.filter(({ role }) => role === 'FleetTask');
  expect(JSON.stringify(ofConnector)).not.toMatch(/KEYHASH|EMAIL|WEBHOOKS/);
});
