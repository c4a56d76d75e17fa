// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how templates and policies write variables
import { describe, expect, it } from 'vitest';
import { compileStatements } from '../../../local/iam/statement.ts';
import type { JsonObject } from '../../../local/template/template.ts';

const table = 'arn:aws:dynamodb:us-east-1:000000000000:table/control';

function covers(
  statement: JsonObject,
  call: { action?: string; resource?: string; context?: Record<string, string[]> },
): boolean {
  const [compiled] = compileStatements(
    { Statement: { Effect: 'Allow', Action: '*', Resource: '*', ...statement } },
    'Role',
  );
  return (
    compiled?.covers({ accessKeyId: 'k', action: 'dynamodb:GetItem', resource: table, context: {}, ...call }) ?? false
  );
}

describe('actions and resources', () => {
  it.each<[JsonObject, string, boolean]>([
    [{ Action: 'dynamodb:GetItem' }, 'dynamodb:GetItem', true],
    [{ Action: 'dynamodb:getitem' }, 'dynamodb:GetItem', true],
    [{ Action: 'dynamodb:Get*' }, 'dynamodb:GetItem', true],
    [{ Action: 'dynamodb:Get*' }, 'dynamodb:PutItem', false],
    [{ Action: ['sqs:*', 'dynamodb:Put?tem'] }, 'dynamodb:PutItem', true],
    [{ NotAction: 'dynamodb:*', Action: [] }, 'dynamodb:PutItem', false],
  ])('%j covers %s: %s', (statement, action, expected) => {
    expect(covers(statement, { action })).toBe(expected);
  });

  it('takes NotAction and NotResource as everything else', () => {
    const [statement] = compileStatements(
      { Statement: [{ Effect: 'Deny', NotAction: 's3:*', NotResource: table }] },
      'Role',
    );
    const call = { accessKeyId: 'k', context: {} };
    expect(statement?.covers({ ...call, action: 'sqs:SendMessage', resource: 'arn:q' })).toBe(true);
    expect(statement?.covers({ ...call, action: 's3:GetObject', resource: 'arn:q' })).toBe(false);
    expect(statement?.covers({ ...call, action: 'sqs:SendMessage', resource: table })).toBe(false);
  });

  it.each<[string, string, boolean]>([
    [table, table, true],
    [`${table}/index/*`, `${table}/index/byShard`, true],
    [`${table}/index/*`, table, false],
    ['arn:aws:sqs:*:*:wharf-shard-*.fifo', 'arn:aws:sqs:us-east-1:000000000000:wharf-shard-12.fifo', true],
    ['arn:aws:sqs:*:*:wharf-shard-*.fifo', 'arn:aws:sqs:us-east-1:000000000000:wharf-shard-12xfifo', false],
    ['arn:aws:s3:::bucket/(a)/*', 'arn:aws:s3:::bucket/(a)/b', true],
  ])('%s covers %s: %s', (pattern, resource, expected) => {
    expect(covers({ Resource: pattern }, { resource })).toBe(expected);
  });
});

describe('conditions', () => {
  const leading = (operator: string, values: string | string[]) => ({
    Condition: { [operator]: { 'dynamodb:LeadingKeys': values } },
  });
  const keys = (...values: string[]) => ({ context: { 'dynamodb:LeadingKeys': values } });

  it.each<[string, JsonObject, { context?: Record<string, string[]> }, boolean]>([
    ['all within', leading('ForAllValues:StringLike', ['TENANT#*', 'EMAIL#*']), keys('TENANT#1', 'EMAIL#a'), true],
    ['one outside', leading('ForAllValues:StringLike', 'TENANT#*'), keys('TENANT#1', 'KEYHASH#a'), false],
    ['none at all', leading('ForAllValues:StringLike', 'TENANT#*'), {}, true],
    ['any within', leading('ForAnyValue:StringEquals', 'A'), keys('B', 'A'), true],
    ['any of none', leading('ForAnyValue:StringEquals', 'A'), {}, false],
    ['equals', leading('StringEquals', 'A'), keys('A'), true],
    ['equals without the key', leading('StringEquals', 'A'), {}, false],
    ['equals if it exists', leading('StringEqualsIfExists', 'A'), {}, true],
    ['not equals', leading('StringNotEquals', ['A', 'B']), keys('C'), true],
    ['not equals, but equal', leading('StringNotEquals', ['A', 'B']), keys('B'), false],
    ['not equals without the key', leading('StringNotEquals', 'A'), {}, true],
    ['Null true without the key', leading('Null', 'true'), {}, true],
    ['Null false without the key', leading('Null', 'false'), {}, false],
    ['Bool', { Condition: { Bool: { 'aws:SecureTransport': 'false' } } }, {}, false],
    [
      'encryption context, key in another case',
      { Condition: { StringLike: { 'kms:EncryptionContext:tenantId': 'usr_*' } } },
      { context: { 'kms:encryptioncontext:tenantid': ['usr_1'] } },
      true,
    ],
    [
      'two keys, one fails',
      { Condition: { StringEquals: { a: '1', b: '2' } } },
      { context: { a: ['1'], b: ['3'] } },
      false,
    ],
  ])('%s', (_, statement, call, expected) => {
    expect(covers(statement, call)).toBe(expected);
  });

  it.each<[string, JsonObject]>([
    ['NumericLessThan', { NumericLessThan: { 's3:max-keys': '10' } }],
    ['ForSomeValues:StringLike', { 'ForSomeValues:StringLike': { a: 'b' } }],
    ['policy variable', { StringEquals: { 'aws:PrincipalTag/team': '${aws:username}' } }],
  ])('stops the boot at %s', (message, condition) => {
    expect(() => covers({ Condition: condition }, {})).toThrow(message);
  });
});

it('stops at what it does not understand', () => {
  const statement = { Effect: 'Allow', Action: '*', Resource: '*' };
  const compile = (more: JsonObject) => () => compileStatements({ Statement: [{ ...statement, ...more }] }, 'Role');
  expect(compile({ Principal: '*' })).toThrow(/Principal/);
  expect(compile({ Effect: 'Maybe' })).toThrow(/effect/);
  expect(() => compileStatements(undefined, 'Role')).toThrow(/without a document/);
});
