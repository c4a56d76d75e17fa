import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';

export interface PageQuery {
  readonly dynamodb: DynamoDBDocumentClient;
  readonly tableName: string;
  /** Partition, and how the sort keys of the list begin. */
  readonly key: { readonly pk: string; readonly sk: string };
  readonly limit: number;
  /** Sort key of the last item shown before. */
  readonly after?: string;
  readonly newestFirst: boolean;
  readonly filter?: {
    readonly expression: string;
    readonly names?: Readonly<Record<string, string>>;
    readonly values?: Readonly<Record<string, unknown>>;
  };
}

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Sort key to go on from; missing at the end of the list. */
  readonly next?: string;
}

/** A filter may throw away whole pages; a list of mostly filtered items then gives short pages rather than a slow answer. */
const queriesMax = 10;

/**
 * One page of a list, in the order of the sort keys. Asks for one item more than wanted, so that the last page has no `next`.
 *
 * @example await queryPage<Session>({ dynamodb, tableName, key: { pk: 'TENANT#…', sk: 'SESSION#' }, limit: 25, newestFirst: true })
 */
export async function queryPage<Item>(query: PageQuery): Promise<Page<Item>> {
  const found: Record<string, unknown>[] = [];
  let from: Record<string, unknown> | undefined =
    query.after === undefined ? undefined : { pk: query.key.pk, sk: query.after };
  for (let asked = 0; asked < queriesMax; asked++) {
    const answer = await query.dynamodb.send(pageCommand(query, from));
    found.push(...(answer.Items ?? []));
    from = answer.LastEvaluatedKey;
    if (found.length > query.limit || from === undefined) break;
  }
  const items = found.slice(0, query.limit) as Item[];
  const last = found.length > query.limit ? found[query.limit - 1] : from;
  return last === undefined ? { items } : { items, next: String(last.sk) };
}

function pageCommand(query: PageQuery, from: Record<string, unknown> | undefined): QueryCommand {
  return new QueryCommand({
    TableName: query.tableName,
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
    FilterExpression: query.filter?.expression,
    ExpressionAttributeNames: query.filter?.names,
    ExpressionAttributeValues: { ':pk': query.key.pk, ':sk': query.key.sk, ...query.filter?.values },
    Limit: query.limit + 1,
    ScanIndexForward: !query.newestFirst,
    ExclusiveStartKey: from,
    ConsistentRead: true,
  });
}
