import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { environmentNames } from '../../../core/environment.ts';
import { tableAccess } from '../../data/index.ts';
import type { ApiFunctionsProps, FunctionPlan } from './function-plan.ts';
import { accountAndDataKey, authentication, closedRoutes, idempotency, readingKeys } from './shared-rights.ts';

/** What the function `media` is given, and what it may do. */
export function mediaPlan(props: ApiFunctionsProps): FunctionPlan {
  const { tables, secrets, mediaBucket } = props;
  return {
    description: 'Uploads, and the way to the bytes of media',
    environment: {
      [environmentNames.messagesTable]: tables.messages.tableName,
      [environmentNames.mediaBucket]: mediaBucket.bucketName,
      ...authentication(props),
      [environmentNames.sealingKeyId]: secrets.sealingKey.keyArn,
    },
    statements: [
      ...closedRoutes(props),
      readingKeys(tables),
      ...idempotency(props),
      accountAndDataKey(tables),
      tableAccess({ table: tables.messages, actions: ['GetItem', 'PutItem'] }),
      // The URLs that it signs carry its own rights.
      new PolicyStatement({
        actions: ['s3:GetObject', 's3:PutObject'],
        resources: [mediaBucket.arnForObjects('media/*')],
      }),
    ],
  };
}
