import { Worker } from 'node:worker_threads';
import { splitLines } from '../logging/split-lines.ts';
import type { FunctionSpec } from './function-spec.ts';
import type { FunctionErrorPayload, InvokeRequest, WorkerMessage, WorkerStart } from './protocol.ts';

/** An error that the function itself caused: thrown, timed out, crashed, or too much returned. */
export class FunctionError extends Error {
  readonly payload: FunctionErrorPayload;

  constructor(payload: FunctionErrorPayload) {
    super(`${payload.errorType}: ${payload.errorMessage}`);
    this.name = 'FunctionError';
    this.payload = payload;
  }
}

/** Lambda's limit for a function's own start. */
const initMsMax = 10_000;

export interface ExecutionEnvironmentOptions {
  readonly spec: FunctionSpec;
  readonly environment: Readonly<Record<string, string>>;
  readonly logStreamName: string;
  onOutput(line: string, stream: 'stdout' | 'stderr'): void;
}

/**
 * One Lambda execution environment: a worker thread with its own environment and heap limit.
 *
 * States: `starting` from the constructor until the handler is loaded; `idle`; `busy` during the one invocation that may run; `ended` after a timeout, a
 * crash, a failed start or `end()`. An ended environment is never used again; what waits for it fails with a `FunctionError`.
 */
export class ExecutionEnvironment {
  readonly #options: ExecutionEnvironmentOptions;
  readonly #worker: Worker;
  readonly #ready: Promise<void>;
  #waiting: { resolve(message: WorkerMessage): void; reject(error: FunctionError): void } | undefined;
  #ended: FunctionErrorPayload | undefined;

  constructor(options: ExecutionEnvironmentOptions) {
    this.#options = options;
    const { spec } = options;
    const workerData: WorkerStart = {
      codeFolder: spec.codeFolder,
      handler: spec.handler,
      functionName: spec.name,
      functionArn: spec.arn,
      memoryMegabytes: spec.memoryMegabytes,
      logStreamName: options.logStreamName,
    };
    this.#worker = new Worker(new URL('./worker-boot.ts', import.meta.url), {
      workerData,
      env: { ...options.environment },
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: spec.memoryMegabytes },
    });
    this.#listen();
    this.#ready = this.#start();
    // The first invocation awaits it; without one there is nobody to tell.
    this.#ready.catch(() => undefined);
  }

  get ended(): boolean {
    return this.#ended !== undefined;
  }

  /** Runs one invocation and gives the result as JSON. Throws a `FunctionError`. */
  async invoke(request: Omit<InvokeRequest, 'deadlineMs'>): Promise<string> {
    await this.#ready;
    const timeoutMs = this.#options.spec.timeoutSeconds * 1_000;
    const seconds = this.#options.spec.timeoutSeconds.toFixed(2);
    const answer = this.#answer(timeoutMs, {
      errorType: 'Sandbox.Timedout',
      errorMessage: `RequestId: ${request.requestId} Error: Task timed out after ${seconds} seconds`,
      trace: [],
    });
    this.#worker.postMessage({ ...request, deadlineMs: Date.now() + timeoutMs } satisfies InvokeRequest);
    const message = await answer;
    if (message.kind === 'result') return message.resultJson;
    throw new FunctionError(message.kind === 'error' ? message.error : protocolError(message));
  }

  async end(): Promise<void> {
    this.#fail({ errorType: 'Runtime.Ended', errorMessage: 'The execution environment was ended.', trace: [] });
    await this.#worker.terminate();
  }

  async #start(): Promise<void> {
    const message = await this.#answer(initMsMax, {
      errorType: 'Sandbox.Timedout',
      errorMessage: `The function did not load within ${initMsMax / 1_000} seconds`,
      trace: [],
    });
    if (message.kind === 'ready') return;
    const payload = message.kind === 'init-failed' ? message.error : protocolError(message);
    this.#fail(payload);
    await this.#worker.terminate();
    throw new FunctionError(payload);
  }

  /** The next message of the worker; at the time limit the worker is terminated, even out of a busy loop. */
  async #answer(limitMs: number, timeout: FunctionErrorPayload): Promise<WorkerMessage> {
    if (this.#ended !== undefined) throw new FunctionError(this.#ended);
    const timer = setTimeout(() => {
      this.#fail(timeout);
      void this.#worker.terminate();
    }, limitMs);
    try {
      return await new Promise<WorkerMessage>((resolve, reject) => {
        this.#waiting = { resolve, reject };
      });
    } finally {
      clearTimeout(timer);
      this.#waiting = undefined;
    }
  }

  #listen(): void {
    this.#worker.on('message', (message: WorkerMessage) => this.#waiting?.resolve(message));
    this.#worker.on('error', (error: Error & { code?: string }) => {
      const memory = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      const errorType = memory ? 'Runtime.OutOfMemory' : 'Runtime.UnhandledError';
      this.#fail({ errorType, errorMessage: error.message, trace: (error.stack ?? '').split('\n') });
    });
    this.#worker.on('exit', (code) => {
      this.#fail({ errorType: 'Runtime.ExitError', errorMessage: `Runtime exited with status ${code}`, trace: [] });
    });
    for (const stream of ['stdout', 'stderr'] as const) {
      const lines = splitLines((line) => this.#options.onOutput(line, stream));
      this.#worker[stream].on('data', lines.push).on('end', lines.end);
    }
  }

  #fail(payload: FunctionErrorPayload): void {
    this.#ended ??= payload;
    this.#waiting?.reject(new FunctionError(this.#ended));
  }
}

function protocolError(message: WorkerMessage): FunctionErrorPayload {
  return { errorType: 'Runtime.Protocol', errorMessage: `The worker answered ${message.kind} out of turn`, trace: [] };
}
