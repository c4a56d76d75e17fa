import { controlPartitions, tableAccess } from '../../data/index.ts';
import type { ApiFunctionsProps, FunctionPlan } from './function-plan.ts';
import { authentication, closedRoutes, commandSending, readingKeys } from './shared-rights.ts';

/** What the function `auto-reply` is given, and what it may do. */
export function autoReplyPlan(props: ApiFunctionsProps): FunctionPlan {
  const { tables, shardQueues } = props;
  return {
    description: 'The rules by which sessions answer by themselves',
    environment: {
      ...authentication(props),
      ...commandSending(props),
    },
    statements: [
      ...closedRoutes(props),
      readingKeys(tables),
      tableAccess({
        table: tables.control,
        actions: ['GetItem', 'UpdateItem'],
        partitions: [controlPartitions.tenant],
      }),
      shardQueues.statement(['SendMessage']),
    ],
  };
}
