import { environmentNames } from '../../../core/environment.ts';
import { tableAccess } from '../../data/index.ts';
import type { ApiFunctionsProps, FunctionPlan } from './function-plan.ts';
import {
  accountAndDataKey,
  authentication,
  closedRoutes,
  commandSending,
  idempotency,
  readingKeys,
} from './shared-rights.ts';

/** What the function `directory` is given, and what it may do. */
export function directoryPlan(props: ApiFunctionsProps): FunctionPlan {
  const { tables, secrets, shardQueues } = props;
  return {
    description: 'Chats, contacts and groups',
    environment: {
      [environmentNames.messagesTable]: tables.messages.tableName,
      ...authentication(props),
      [environmentNames.sealingKeyId]: secrets.sealingKey.keyArn,
      ...commandSending(props),
    },
    statements: [
      ...closedRoutes(props),
      readingKeys(tables),
      ...idempotency(props),
      accountAndDataKey(tables),
      tableAccess({ table: tables.messages, actions: ['GetItem', 'Query', 'PutItem', 'DeleteItem'] }),
      shardQueues.statement(['SendMessage']),
    ],
  };
}
