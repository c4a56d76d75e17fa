import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';

/** One part of a DynamoDB transaction. Repositories give these, so that a caller can make several rows change together. */
export type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number];
