import { environmentNames } from '../../../core/environment.ts';
import { controlPartitions, tableAccess } from '../../data/index.ts';
import { allowSend } from '../../shared/queues.ts';
import type { ApiFunctionsProps, FunctionPlan } from './function-plan.ts';
import { authentication, closedRoutes, idempotency } from './shared-rights.ts';

/** What the function `auth` is given, and what it may do. */
export function authPlan(props: ApiFunctionsProps): FunctionPlan {
  const { tables, secrets, parameters, mailsQueue } = props;
  return {
    description: 'Accounts, login and API keys',
    // Password hashes are meant to cost CPU, and CPU comes with memory.
    memoryMiB: 1_024,
    environment: {
      ...authentication(props),
      [environmentNames.sealingKeyId]: secrets.sealingKey.keyArn,
      [environmentNames.registrationMode]: parameters.registrationMode,
      [environmentNames.registrationsPerAddress]: parameters.registrationsPerAddress,
      [environmentNames.mailsQueueUrl]: mailsQueue?.queueUrl ?? '',
    },
    statements: [
      ...closedRoutes(props),
      ...idempotency(props),
      tableAccess({
        table: tables.control,
        actions: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'],
        partitions: [
          controlPartitions.tenant,
          controlPartitions.email,
          controlPartitions.users,
          controlPartitions.keyHash,
          controlPartitions.refresh,
          controlPartitions.logins,
        ],
      }),
      tableAccess({ table: tables.control, actions: ['BatchGetItem'], partitions: [controlPartitions.logins] }),
      tableAccess({
        table: tables.control,
        actions: ['GetItem', 'UpdateItem'],
        partitions: [controlPartitions.invites],
      }),
      ...(mailsQueue === undefined ? [] : [allowSend(mailsQueue.queueArn)]),
    ],
  };
}
