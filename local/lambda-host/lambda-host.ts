import type { Log } from '../logging/log.ts';
import { parseLine } from '../logging/parse-line.ts';
import { functionEnvironment } from './function-environment.ts';
import { FunctionPool } from './function-pool.ts';
import type { FunctionSpec } from './function-spec.ts';
import { createProcessorLoad } from './processor-load.ts';

/** Lambda itself keeps idle environments for longer; a laptop wants its memory back. */
const idleMsDefault = 60_000;

export interface LambdaHostOptions {
  readonly functions: readonly FunctionSpec[];
  readonly region: string;
  readonly endpointVariables: Readonly<Record<string, string>>;
  readonly log: Log;
  readonly idleMs?: number;
  /** The access key id of a function's role. */
  accessKeyId(spec: FunctionSpec): string;
}

/** Runs the functions of the stack in worker threads. */
export interface LambdaHost {
  /** The function with this ARN (a version or alias behind it is not looked at), or `undefined`. */
  byArn(arn: string): FunctionPool | undefined;
  readonly pools: readonly FunctionPool[];
  stop(): Promise<void>;
}

/**
 * Makes a pool for each function; environments start with the first invocation.
 *
 * @example const result = await createLambdaHost(options).byArn(arn)?.invoke({ version: '2.0', … })
 */
export function createLambdaHost(options: LambdaHostOptions): LambdaHost {
  const { log, region, endpointVariables } = options;
  const processorLoad = createProcessorLoad();
  const pools = options.functions.map((spec) => {
    const accessKeyId = options.accessKeyId(spec);
    const named = { source: 'function', name: spec.name };
    return new FunctionPool({
      spec,
      idleMs: options.idleMs ?? idleMsDefault,
      processorLoad,
      environment: (logStreamName) =>
        functionEnvironment({ spec, region, accessKeyId, endpointVariables, logStreamName }),
      onOutput: (line, stream) => log.write({ ...named, ...parseLine(line, stream === 'stderr' ? 'warn' : 'info') }),
      onError: (error, requestId) =>
        log.write({
          ...named,
          level: 'error',
          message: 'the invocation failed',
          fields: { requestId, err: describe(error) },
        }),
    });
  });
  const byArn = new Map(pools.map((pool) => [pool.spec.arn, pool]));
  return {
    byArn: (arn) => byArn.get(arn),
    pools,
    stop: async () => {
      await Promise.all(pools.map((pool) => pool.stop()));
    },
  };
}

function describe(error: Error): object {
  return { name: error.name, message: error.message };
}
