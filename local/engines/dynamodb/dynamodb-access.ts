import type { LocalIdentity } from '../identity.ts';
import { leadingKey, leadingKeyOfQuery } from './leading-keys.ts';
import type { TableRegistry } from './table-registry.ts';

type Input = Readonly<Record<string, unknown>>;

/** One thing that a call does, as IAM sees it. */
export interface DynamodbAccess {
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, readonly string[]>>;
}

/** The IAM action of each member of a transaction. */
const transactActions: Readonly<Record<string, string>> = {
  Put: 'dynamodb:PutItem',
  Update: 'dynamodb:UpdateItem',
  Delete: 'dynamodb:DeleteItem',
  ConditionCheck: 'dynamodb:ConditionCheckItem',
  Get: 'dynamodb:GetItem',
};

/**
 * What a call needs to be allowed: one entry per table, and for transactions one per item. `dynamodb:LeadingKeys` is given where the call names
 * partition keys, as it does for all but Scan.
 *
 * @example
 * accessesOf('PutItem', { TableName: 'control', Item: { pk: { S: 'TENANT#1' } } }, { identity, tables })
 * // [{ action: 'dynamodb:PutItem', resource: 'arn:…:table/control', context: { 'dynamodb:LeadingKeys': ['TENANT#1'] } }]
 */
export function accessesOf(
  operation: string,
  input: Input,
  known: { readonly identity: LocalIdentity; readonly tables: TableRegistry },
): DynamodbAccess[] {
  const { tables } = known;
  const access = (action: string, table: string, keys: readonly (string | undefined)[]): DynamodbAccess => ({
    action,
    resource: tableArn(known.identity, table),
    context: leadingKeysContext(keys),
  });
  switch (operation) {
    case 'TransactWriteItems':
    case 'TransactGetItems':
      return listOf(input.TransactItems).flatMap((item) =>
        Object.entries(item).map(([kind, body]) => {
          const part = body as Input;
          const table = plainName(part.TableName);
          const keys = [leadingKey(part.Key ?? part.Item, tables.get(table))];
          return access(transactActions[kind] ?? `dynamodb:${kind}`, table, keys);
        }),
      );
    case 'BatchGetItem':
    case 'BatchWriteItem':
      return Object.entries((input.RequestItems ?? {}) as Record<string, unknown>).map(([name, requests]) => {
        const table = plainName(name);
        const keys = batchKeys(requests).map((key) => leadingKey(key, tables.get(table)));
        return access(`dynamodb:${operation}`, table, keys);
      });
    default:
      return [singleAccess(operation, input, known)];
  }
}

function singleAccess(
  operation: string,
  input: Input,
  { identity, tables }: { readonly identity: LocalIdentity; readonly tables: TableRegistry },
): DynamodbAccess {
  const action = `dynamodb:${operation}`;
  const arn = input.StreamArn ?? input.ResourceArn;
  if (typeof arn === 'string') return { action, resource: arn, context: {} };
  if (typeof input.TableName !== 'string') return { action, resource: '*', context: {} };
  const table = plainName(input.TableName);
  const index = typeof input.IndexName === 'string' ? input.IndexName : undefined;
  const keys =
    operation === 'Query'
      ? [leadingKeyOfQuery(input, tables.get(table), index)]
      : [leadingKey(input.Key ?? input.Item, tables.get(table))];
  const resource = tableArn(identity, table) + (index === undefined ? '' : `/index/${index}`);
  return { action, resource, context: leadingKeysContext(keys) };
}

/** The keys of `{ Keys: [...] }` or of a list of put and delete requests. */
function batchKeys(requests: unknown): unknown[] {
  if (!Array.isArray(requests)) return listOf((requests as Input).Keys);
  return requests.map((request: { PutRequest?: Input; DeleteRequest?: Input }) =>
    request.PutRequest === undefined ? request.DeleteRequest?.Key : request.PutRequest.Item,
  );
}

function leadingKeysContext(keys: readonly (string | undefined)[]): DynamodbAccess['context'] {
  const found = [...new Set(keys.filter((key) => key !== undefined))];
  return found.length === 0 ? {} : { 'dynamodb:LeadingKeys': found };
}

function tableArn({ region, accountId }: LocalIdentity, table: string): string {
  return `arn:aws:dynamodb:${region}:${accountId}:table/${table}`;
}

/** Tables may be named by ARN too. */
function plainName(name: unknown): string {
  const text = String(name);
  return text.slice(text.lastIndexOf('/') + 1);
}

function listOf(value: unknown): Input[] {
  return Array.isArray(value) ? (value as Input[]) : [];
}
