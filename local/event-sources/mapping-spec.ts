import type { JsonObject } from '../template/template.ts';

/** An event source mapping from a queue to a function. */
export interface MappingSpec {
  readonly logicalId: string;
  readonly queueArn: string;
  readonly functionArn: string;
  readonly enabled: boolean;
  readonly batchSize: number;
  /** How long a batch is gathered after its first message. */
  readonly windowMs: number;
  /** Batches at the same time. */
  readonly concurrency: number;
  readonly reportsBatchItemFailures: boolean;
  /** Messages that fit none of the patterns are deleted; without patterns all fit. */
  readonly filters: readonly JsonObject[];
}
