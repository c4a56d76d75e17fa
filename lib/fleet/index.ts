export { ConnectorService } from './connector-service.ts';
export { ShardQueues } from './shard-queues.ts';
