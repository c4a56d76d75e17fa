export { dynamodbEndpointVariable } from './choose-engine.ts';
export type {
  CreatedTable,
  DynamodbEngine,
  DynamodbOptions,
  TableDefinition,
  TableIndex,
} from './dynamodb-engine.ts';
export { startDynamodb } from './start-dynamodb.ts';
