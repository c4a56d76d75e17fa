import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect, it } from 'vitest';
import { findControlTable } from '../../../lib/administrator/find-control-table.ts';

/** A client that lists these tables, two on a page. */
function listing(names: readonly string[]): DynamoDBClient {
  const send = async ({ input }: { input: { ExclusiveStartTableName?: string } }) => {
    const start = names.indexOf(input.ExclusiveStartTableName ?? '') + 1;
    const TableNames = names.slice(start, start + 2);
    return start + 2 < names.length ? { TableNames, LastEvaluatedTableName: TableNames.at(-1) } : { TableNames };
  };
  return { send } as unknown as DynamoDBClient;
}

it('finds the table of the stage among others, also on a later page', async () => {
  const names = [
    'Other',
    'Wharf-production-TablesKeys1',
    'Wharf-production-TablesControl1-X',
    'Wharf-test-TablesControl1-Y',
  ];
  expect(await findControlTable(listing(names), 'production')).toBe('Wharf-production-TablesControl1-X');
});

it('asks for the name when there is none, or more than one', async () => {
  await expect(findControlTable(listing(['Other']), 'production')).rejects.toThrow(/--table/);
  const two = ['Wharf-a-TablesControl1', 'Wharf-a-TablesControl2'];
  await expect(findControlTable(listing(two), 'a')).rejects.toThrow(/2 tables/);
});
