import { DeleteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { SessionLinking } from '../../core/sessions/session.ts';
import { tableKeys, timeToLiveAttribute } from '../../core/storage/table-keys.ts';
import { deadline } from './deadline.ts';
import type { ControlTable, SessionName } from './session-state.ts';

export type LinkingChange = Omit<SessionLinking, 'tenantId' | 'sessionId'>;

/** The row that holds what a person needs to link. It is secret and short-lived. */
export interface LinkingStore {
  write(name: SessionName, change: LinkingChange): Promise<void>;
  remove(name: SessionName): Promise<void>;
}

export interface LinkingStoreOptions extends ControlTable {
  readonly now: () => number;
}

/** Should an owner die before it removes the row, DynamoDB does; a code is worthless long before. */
const rowSeconds = 3_600;

/** @example await createLinkingStore({ dynamodb, tableName, now: Date.now }).write(name, { qr, qrExpiresAt }) */
export function createLinkingStore({ dynamodb, tableName, now }: LinkingStoreOptions): LinkingStore {
  return {
    write: async ({ tenantId, sessionId }, change) => {
      const fields = {
        ...change,
        tenantId,
        sessionId,
        [timeToLiveAttribute]: Math.floor(now() / 1000) + rowSeconds,
      };
      const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
      await dynamodb.send(
        new UpdateCommand({
          TableName: tableName,
          Key: tableKeys.sessionLinking(tenantId, sessionId),
          UpdateExpression: `SET ${entries.map(([name]) => `#${name} = :${name}`).join(', ')}`,
          ExpressionAttributeNames: Object.fromEntries(entries.map(([name]) => [`#${name}`, name])),
          ExpressionAttributeValues: Object.fromEntries(entries.map(([name, value]) => [`:${name}`, value])),
        }),
        deadline(),
      );
    },
    remove: async ({ tenantId, sessionId }) => {
      const input = { TableName: tableName, Key: tableKeys.sessionLinking(tenantId, sessionId) };
      await dynamodb.send(new DeleteCommand(input), deadline());
    },
  };
}
