import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';

/** One of the five tables, with the client to reach it. */
export interface Table {
  readonly dynamodb: DynamoDBDocumentClient;
  readonly tableName: string;
}

/** One item by its key, as it is now: a row that was just written is seen. */
export async function readItem<Item>(
  { dynamodb, tableName }: Table,
  key: { readonly pk: string; readonly sk: string },
): Promise<Item | undefined> {
  const answer = await dynamodb.send(new GetCommand({ TableName: tableName, Key: key, ConsistentRead: true }));
  return answer.Item as Item | undefined;
}
