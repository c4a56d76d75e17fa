import { UserError } from '../user-error.ts';
import { physicalName, stableCharacters, stableUuid } from './physical-name.ts';
import type { Json } from './template.ts';

/** What `Ref` and `Fn::GetAtt` give for one resource. */
export interface ResourceIdentity {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface IdentityInput {
  readonly stackName: string;
  readonly logicalId: string;
  readonly type: string;
  readonly region: string;
  readonly accountId: string;
  /** Resolves one property of the resource; only what the identity needs is asked for, so that references cannot run in circles. */
  property(name: string): Json | undefined;
  /** For example `http://127.0.0.1:41234`, the base of queue URLs. */
  readonly sqsEndpoint: string;
  /** For example `http://127.0.0.1:3000`. */
  readonly apiEndpoint: string;
}

/**
 * Physical id and attributes of an emulated resource, or `undefined` for a type that has none here.
 *
 * @example identifyResource({ type: 'AWS::SQS::Queue', … })?.attributes['Arn'] // 'arn:aws:sqs:us-east-1:000000000000:wharf-events.fifo'
 */
export function identifyResource(input: IdentityInput): ResourceIdentity | undefined {
  return Object.hasOwn(identities, input.type) ? identities[input.type]?.(input) : undefined;
}

const identities: Readonly<Record<string, (input: IdentityInput) => ResourceIdentity>> = {
  'AWS::DynamoDB::Table': table,
  'AWS::DynamoDB::GlobalTable': table,
  'AWS::SQS::Queue': (input) => {
    const suffix = input.property('FifoQueue') === true ? '.fifo' : '';
    const name = named(input, 'QueueName', { charactersMax: 80, suffix });
    const url = `${input.sqsEndpoint}/${input.accountId}/${name}`;
    return { ref: url, attributes: { Arn: arn(input, 'sqs', name), QueueName: name, QueueUrl: url } };
  },
  'AWS::S3::Bucket': (input) => {
    const name = named(input, 'BucketName', { charactersMax: 63, lowerCase: true });
    return {
      ref: name,
      attributes: {
        Arn: `arn:aws:s3:::${name}`,
        DomainName: `${name}.s3.amazonaws.com`,
        RegionalDomainName: `${name}.s3.${input.region}.amazonaws.com`,
      },
    };
  },
  'AWS::SecretsManager::Secret': (input) => {
    const name = named(input, 'Name', { charactersMax: 512 });
    // Secrets Manager ends every secret's ARN with six characters of its own.
    const whole = arn(input, 'secretsmanager', `secret:${name}-${stableCharacters(6, input.stackName, name)}`);
    return { ref: whole, attributes: { Id: whole, Name: name } };
  },
  'AWS::KMS::Key': (input) => {
    const id = stableUuid(input.stackName, input.logicalId);
    return { ref: id, attributes: { Arn: arn(input, 'kms', `key/${id}`), KeyId: id } };
  },
  'AWS::KMS::Alias': (input) => ({ ref: named(input, 'AliasName', {}), attributes: {} }),
  'AWS::Lambda::Function': (input) => {
    const name = named(input, 'FunctionName', { charactersMax: 64 });
    return { ref: name, attributes: { Arn: arn(input, 'lambda', `function:${name}`) } };
  },
  'AWS::ApiGatewayV2::Api': (input) => {
    const id = stableCharacters(10, input.stackName, input.logicalId);
    return { ref: id, attributes: { ApiId: id, ApiEndpoint: input.apiEndpoint } };
  },
  'AWS::ApiGatewayV2::Stage': (input) => ({ ref: named(input, 'StageName', {}), attributes: {} }),
  'AWS::Events::Rule': (input) => {
    const name = named(input, 'Name', { charactersMax: 64 });
    return { ref: name, attributes: { Arn: arn(input, 'events', `rule/${name}`) } };
  },
  'AWS::Scheduler::Schedule': (input) => {
    const name = named(input, 'Name', { charactersMax: 64 });
    return { ref: name, attributes: { Arn: arn(input, 'scheduler', `schedule/default/${name}`) } };
  },
  'AWS::ECS::Cluster': (input) => {
    const name = named(input, 'ClusterName', {});
    return { ref: name, attributes: { Arn: arn(input, 'ecs', `cluster/${name}`) } };
  },
  'AWS::ECS::TaskDefinition': (input) => {
    const whole = arn(input, 'ecs', `task-definition/${named(input, 'Family', {})}:1`);
    return { ref: whole, attributes: { TaskDefinitionArn: whole } };
  },
  'AWS::ECS::Service': (input) => {
    const name = named(input, 'ServiceName', {});
    const cluster = input.property('Cluster');
    const clusterName = typeof cluster === 'string' ? (cluster.split('/').at(-1) ?? cluster) : 'default';
    const whole = arn(input, 'ecs', `service/${clusterName}/${name}`);
    return { ref: whole, attributes: { ServiceArn: whole, Name: name } };
  },
  'AWS::IAM::Role': (input) => {
    const name = named(input, 'RoleName', { charactersMax: 64 });
    const id = `AROA${stableCharacters(17, input.stackName, input.logicalId).toUpperCase()}`;
    return { ref: name, attributes: { Arn: `arn:aws:iam::${input.accountId}:role/${name}`, RoleId: id } };
  },
  'AWS::IAM::ManagedPolicy': (input) => {
    const name = named(input, 'ManagedPolicyName', { charactersMax: 128 });
    const whole = `arn:aws:iam::${input.accountId}:policy/${name}`;
    return { ref: whole, attributes: { PolicyArn: whole } };
  },
  'AWS::Logs::LogGroup': (input) => {
    const name = named(input, 'LogGroupName', { charactersMax: 512 });
    return { ref: name, attributes: { Arn: arn(input, 'logs', `log-group:${name}:*`) } };
  },
};

function table(input: IdentityInput): ResourceIdentity {
  const name = named(input, 'TableName', {});
  const whole = arn(input, 'dynamodb', `table/${name}`);
  const stream = `${whole}/stream/2026-01-01T00:00:00.000`;
  return { ref: name, attributes: { Arn: whole, StreamArn: stream, TableId: stableUuid(input.stackName, name) } };
}

function named(input: IdentityInput, property: string, limits: Parameters<typeof physicalName>[2]): string {
  const given = input.property(property);
  if (given === undefined) return physicalName(input.stackName, input.logicalId, limits);
  if (typeof given === 'string' && given !== '') return given;
  throw new UserError(`${input.logicalId} (${input.type}) has a ${property} that is no text.`);
}

function arn({ region, accountId }: IdentityInput, service: string, resource: string): string {
  return `arn:aws:${service}:${region}:${accountId}:${resource}`;
}
