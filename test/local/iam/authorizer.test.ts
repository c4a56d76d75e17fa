import { describe, expect, it } from 'vitest';
import { Authorizer } from '../../../local/iam/authorizer.ts';
import { collectRoles } from '../../../local/iam/collect-roles.ts';
import { resolveStack } from '../../../local/template/stack-model.ts';
import type { JsonObject, TemplateResource } from '../../../local/template/template.ts';

const accountId = '000000000000';
const roleArn = `arn:aws:iam::${accountId}:role/s-Role`;
const queueArn = `arn:aws:sqs:us-east-1:${accountId}:s-Queue`;

function authorizerOf(resources: Record<string, TemplateResource>): Authorizer {
  const resolved = resolveStack({
    ...{ stackName: 's', region: 'us-east-1', accountId, parameters: {}, sqsEndpoint: '', apiEndpoint: '' },
    template: { Resources: { Queue: { Type: 'AWS::SQS::Queue' }, ...resources } },
    isWithoutMeaning: () => false,
    crossStack: { exports: new Map(), outputs: new Map() },
  });
  return new Authorizer(collectRoles(resolved), accountId);
}

const document = (...statements: JsonObject[]) => ({ Version: '2012-10-17', Statement: statements });
const allowSend = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: { 'Fn::GetAtt': ['Queue', 'Arn'] } };

function ask(authorizer: Authorizer, action: string): string | undefined {
  const accessKeyId = authorizer.issueKey(roleArn, 'sender');
  return authorizer.authorize({ accessKeyId, action, resource: queueArn, context: {} });
}

describe('a role', () => {
  it.each<[string, Record<string, TemplateResource>]>([
    [
      'with an inline policy',
      {
        Role: {
          Type: 'AWS::IAM::Role',
          Properties: { Policies: [{ PolicyName: 'p', PolicyDocument: document(allowSend) }] },
        },
      },
    ],
    [
      'with an attached policy',
      {
        Role: { Type: 'AWS::IAM::Role' },
        Policy: {
          Type: 'AWS::IAM::Policy',
          Properties: { PolicyDocument: document(allowSend), Roles: [{ Ref: 'Role' }] },
        },
      },
    ],
    [
      'with a managed policy of the stack',
      {
        Role: { Type: 'AWS::IAM::Role', Properties: { ManagedPolicyArns: [{ Ref: 'Shared' }] } },
        Shared: { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: document(allowSend) } },
      },
    ],
  ])('%s may do what it says and no more', (_, resources) => {
    const authorizer = authorizerOf(resources);
    expect(ask(authorizer, 'sqs:SendMessage')).toBeUndefined();
    expect(ask(authorizer, 'sqs:DeleteMessage')).toBe(
      `User: arn:aws:sts::${accountId}:assumed-role/s-Role/sender is not authorized to perform: sqs:DeleteMessage on resource: ${queueArn} because no identity-based policy allows the sqs:DeleteMessage action`,
    );
  });

  it('is bound by an explicit deny', () => {
    const deny = { Effect: 'Deny', Action: 'sqs:*', Resource: '*' };
    const authorizer = authorizerOf({
      Role: { Type: 'AWS::IAM::Role', Properties: { Policies: [{ PolicyDocument: document(allowSend, deny) }] } },
    });
    expect(ask(authorizer, 'sqs:SendMessage')).toContain('explicit deny');
  });

  it('stops the boot with a managed policy whose statements are unknown', () => {
    const arn = 'arn:aws:iam::aws:policy/AmazonSQSFullAccess';
    expect(() => authorizerOf({ Role: { Type: 'AWS::IAM::Role', Properties: { ManagedPolicyArns: [arn] } } })).toThrow(
      /AmazonSQSFullAccess/,
    );
  });
});

it('tells the shape of the keys that were refused, not the keys', () => {
  const authorizer = authorizerOf({ Role: { Type: 'AWS::IAM::Role' } });
  const refusal = authorizer.authorize({
    accessKeyId: authorizer.issueKey(roleArn, 'sender'),
    action: 'dynamodb:PutItem',
    resource: 'arn:table',
    context: { 'dynamodb:LeadingKeys': ['EMAIL#me@example.com', 'TENANT#usr_1#AUDIT', 'TENANT#usr_2#AUDIT'] },
  });
  expect(refusal).toMatch(/ \(dynamodb:LeadingKeys: EMAIL#…, TENANT#…#AUDIT\)$/);
});

it('knows the account itself and refuses strangers', () => {
  const authorizer = authorizerOf({});
  const call = { action: 'sqs:SendMessage', resource: queueArn, context: {} };
  expect(authorizer.authorize({ ...call, accessKeyId: 'local' })).toBeUndefined();
  expect(authorizer.authorize({ ...call, accessKeyId: 'AKIASTRANGER' })).toContain('not known');
  expect(() => authorizer.issueKey(roleArn, 'sender')).toThrow(/no stack has/);
});

it('issues each holder of a role its own key, the same at every start', () => {
  const role = { Role: { Type: 'AWS::IAM::Role' } };
  const [first, again] = [authorizerOf(role), authorizerOf(role)];
  expect(first.issueKey(roleArn, 'a')).toBe(again.issueKey(roleArn, 'a'));
  expect(first.issueKey(roleArn, 'a')).not.toBe(first.issueKey(roleArn, 'b'));
});
