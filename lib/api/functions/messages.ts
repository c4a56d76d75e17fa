import { environmentNames } from '../../../core/environment.ts';
import { tableIndexes } from '../../../core/storage/table-keys.ts';
import { controlPartitions, tableAccess } from '../../data/index.ts';
import { allowSend } from '../../shared/queues.ts';
import type { ApiFunctionsProps, FunctionPlan } from './function-plan.ts';
import {
  accountAndDataKey,
  authentication,
  closedRoutes,
  commandSending,
  idempotency,
  readingKeys,
} from './shared-rights.ts';

/** What the function `messages` is given, and what it may do. */
export function messagesPlan(props: ApiFunctionsProps): FunctionPlan {
  const { tables, secrets, shardQueues, eventsQueue } = props;
  return {
    description: 'Sending and reading messages',
    environment: {
      [environmentNames.messagesTable]: tables.messages.tableName,
      ...authentication(props),
      [environmentNames.sealingKeyId]: secrets.sealingKey.keyArn,
      [environmentNames.eventsQueueUrl]: eventsQueue.queueUrl,
      ...commandSending(props),
    },
    statements: [
      ...closedRoutes(props),
      readingKeys(tables),
      ...idempotency(props),
      accountAndDataKey(tables),
      tableAccess({
        table: tables.control,
        actions: ['GetItem', 'UpdateItem'],
        partitions: [controlPartitions.quotas],
      }),
      tableAccess({ table: tables.messages, actions: ['GetItem', 'Query', 'PutItem', 'UpdateItem'] }),
      tableAccess({ table: tables.messages, actions: ['Query'], index: tableIndexes.byChat.name }),
      shardQueues.statement(['SendMessage']),
      allowSend(eventsQueue.queueArn),
    ],
  };
}
