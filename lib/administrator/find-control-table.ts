import { type DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';

/** More tables than an account and region may have without asking. */
const pagesMax = 30;

/**
 * The name of a stage's control table, found by how CloudFormation names what a stack leaves unnamed. Throws a sentence when there is
 * none, or more than one.
 *
 * @example await findControlTable(client, 'production') // 'Wharf-production-TablesControl…'
 */
export async function findControlTable(client: DynamoDBClient, stage: string): Promise<string> {
  const start = `Wharf-${stage}-TablesControl`;
  const found: string[] = [];
  let from: string | undefined;
  for (let asked = 0; asked < pagesMax; asked++) {
    const page = await client.send(new ListTablesCommand({ ExclusiveStartTableName: from }));
    found.push(...(page.TableNames ?? []).filter((name) => name.startsWith(start)));
    from = page.LastEvaluatedTableName;
    if (from === undefined) break;
  }
  const [name, ...others] = found;
  if (name !== undefined && others.length === 0) return name;
  const reason =
    name === undefined ? `No table here begins with ${start}.` : `${found.length} tables begin with ${start}.`;
  throw new Error(`${reason} Name it: --table <ControlTable of the stack's outputs>.`);
}
