import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { readItem, type Table } from '../storage/table.ts';
import { tableKeys } from '../storage/table-keys.ts';
import type { CallRow } from './call.ts';

export interface CallRepository {
  ask(row: CallRow): Promise<void>;
  find(tenantId: string, sessionId: string, callId: string): Promise<CallRow | undefined>;
}

/** Rows of calls, in the messages table. @example await createCallRepository(messages).find(tenantId, sessionId, 'call_…') */
export function createCallRepository(messages: Table): CallRepository {
  return {
    ask: async (row) => {
      const key = tableKeys.call(row.tenantId, row.sessionId, row.callId);
      await messages.dynamodb.send(new PutCommand({ TableName: messages.tableName, Item: { ...key, ...row } }));
    },
    find: (tenantId, sessionId, callId) => readItem(messages, tableKeys.call(tenantId, sessionId, callId)),
  };
}
