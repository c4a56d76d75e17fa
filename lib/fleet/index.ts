export { ConnectorService } from './connector-service.ts';
export { Scaler } from './scaler.ts';
export { ShardQueues } from './shard-queues.ts';
export { shardRanges } from './shard-ranges.ts';
