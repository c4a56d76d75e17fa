import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { deadline, isRefused } from './deadline.ts';

export interface UpdateItemOptions {
  readonly dynamodb: DynamoDBDocumentClient;
  readonly tableName: string;
  readonly key: Readonly<Record<string, string>>;
  /** Attributes to set; those that are `undefined` are left alone. */
  readonly set: Readonly<Record<string, unknown>>;
  /** Attributes to set where they are not there yet. */
  readonly setOnce?: Readonly<Record<string, unknown>>;
  readonly remove?: readonly string[];
  /** With names as `#name` for `conditionNames` and values as `:name` for `conditionValues`. */
  readonly condition?: string;
  readonly conditionNames?: Readonly<Record<string, string>>;
  readonly conditionValues?: Readonly<Record<string, unknown>>;
}

/**
 * Sets attributes of one item; resolves to the whole item as it is then, or `undefined` when the condition refused it.
 *
 * @example await updateItem({ dynamodb, tableName, key, set: { editedAt: at }, condition: 'attribute_exists(pk)' })
 */
export async function updateItem<Item>(options: UpdateItemOptions): Promise<Item | undefined> {
  const { dynamodb, tableName, key, set, setOnce = {}, remove = [] } = options;
  const { condition, conditionNames = {}, conditionValues = {} } = options;
  const always = Object.entries(set).filter(([, value]) => value !== undefined);
  const fields = [...always, ...Object.entries(setOnce)];
  const sets = fields
    .map((_, n) => (n < always.length ? `#set${n} = :set${n}` : `#set${n} = if_not_exists(#set${n}, :set${n})`))
    .join(', ');
  const removes = remove.map((_, n) => `#remove${n}`).join(', ');
  const names = {
    ...Object.fromEntries(fields.map(([name], n) => [`#set${n}`, name])),
    ...Object.fromEntries(remove.map((name, n) => [`#remove${n}`, name])),
    ...conditionNames,
  };
  const values = { ...Object.fromEntries(fields.map(([, value], n) => [`:set${n}`, value])), ...conditionValues };
  try {
    const { Attributes } = await dynamodb.send(
      new UpdateCommand({
        TableName: tableName,
        Key: key,
        UpdateExpression: [sets && `SET ${sets}`, removes && `REMOVE ${removes}`].filter(Boolean).join(' '),
        ...(condition === undefined ? {} : { ConditionExpression: condition }),
        ...(Object.keys(names).length === 0 ? {} : { ExpressionAttributeNames: names }),
        ...(Object.keys(values).length === 0 ? {} : { ExpressionAttributeValues: values }),
        ReturnValues: 'ALL_NEW',
      }),
      deadline(),
    );
    return Attributes as Item | undefined;
  } catch (error) {
    if (isRefused(error)) return undefined;
    throw error;
  }
}
