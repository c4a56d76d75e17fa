import { randomUUID } from 'node:crypto';
import { ExecutionEnvironment, FunctionError } from './execution-environment.ts';
import type { FunctionSpec } from './function-spec.ts';

/** Lambda takes 6 MB in and gives 6 MB out of a synchronous invocation. */
export const payloadBytesMax = 6 * 1024 * 1024;

/**
 * Environments that work at once. More would only share the same processors, and each costs 23 MB and a tenth of a second to start:
 * under load they would slow down what they are meant to relieve.
 */
const environmentsAtOnce = 4;
/** An invocation that runs for so long is held by something outside (a long poll, a slow receiver) and does not count as working. */
const heldAfterMs = 1_000;
/** While the processors are busy it may as well be slow for that alone, and each further environment would make all of them slower. */
const heldAfterBusyMs = 8_000;
const busyFrom = 0.85;
const environmentsMax = 32;
/** How often somebody who waits looks whether another environment may start. */
const patienceMs = 100;
/** Invocations that wait for an environment; Lambda would throttle at the account's limit. */
const waitingMax = 1_000;

/** The host cannot take another invocation of this function now. */
export class ThrottledError extends Error {
  constructor(functionName: string) {
    super(`Rate Exceeded: ${functionName} has no free execution environment.`);
    this.name = 'TooManyRequestsException';
  }
}

/** The event is larger than Lambda takes. */
export class EventTooLargeError extends Error {
  constructor(functionName: string) {
    super(`The event for ${functionName} is larger than ${payloadBytesMax} bytes.`);
    this.name = 'RequestTooLargeException';
  }
}

export interface FunctionPoolOptions {
  readonly spec: FunctionSpec;
  environment(logStreamName: string): Readonly<Record<string, string>>;
  /** How long an unused environment stays. */
  readonly idleMs: number;
  /** Share of the machine's processors that work, 0 to 1. */
  processorLoad(): number;
  onOutput(line: string, stream: 'stdout' | 'stderr'): void;
  /** Hears of every invocation that failed. */
  onError(error: Error, requestId: string): void;
}

interface Waiting {
  resolve(environment: ExecutionEnvironment): void;
  reject(error: Error): void;
}

/**
 * The execution environments of one function. Each runs one invocation at a time; the most recently used free one is taken first, so that surplus
 * ones grow idle and end. A reserved concurrency is a hard limit and throttles at once, as in Lambda; without one, invocations wait for their turn.
 */
export class FunctionPool {
  readonly spec: FunctionSpec;
  readonly #options: FunctionPoolOptions;
  readonly #all = new Set<ExecutionEnvironment>();
  readonly #free: { environment: ExecutionEnvironment; idleTimer: NodeJS.Timeout }[] = [];
  readonly #waiting: Waiting[] = [];
  /** When each environment that is busy took its invocation. */
  readonly #busySinceMs = new Map<ExecutionEnvironment, number>();
  #stopped = false;
  invocations = 0;
  errors = 0;

  constructor(options: FunctionPoolOptions) {
    this.spec = options.spec;
    this.#options = options;
  }

  /** Invokes with an event and gives the handler's result. Throws `FunctionError`, `ThrottledError` or `EventTooLargeError`. */
  async invoke(event: unknown, requestId: string = randomUUID()): Promise<unknown> {
    const eventJson = JSON.stringify(event);
    if (Buffer.byteLength(eventJson) > payloadBytesMax) throw new EventTooLargeError(this.spec.name);
    this.invocations += 1;
    try {
      return await this.#run(eventJson, requestId);
    } catch (error) {
      this.errors += 1;
      this.#options.onError(error instanceof Error ? error : new Error(String(error)), requestId);
      throw error;
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const { idleTimer } of this.#free) clearTimeout(idleTimer);
    for (const waiting of this.#waiting.splice(0)) waiting.reject(new ThrottledError(this.spec.name));
    await Promise.all([...this.#all].map((environment) => environment.end()));
  }

  async #run(eventJson: string, requestId: string): Promise<unknown> {
    const environment = await this.#take();
    this.#busySinceMs.set(environment, performance.now());
    try {
      const resultJson = await environment.invoke({ requestId, eventJson });
      if (Buffer.byteLength(resultJson) > payloadBytesMax) {
        const errorMessage = `Response payload size exceeded maximum allowed payload size (${payloadBytesMax} bytes).`;
        throw new FunctionError({ errorType: 'Function.ResponseSizeTooLarge', errorMessage, trace: [] });
      }
      return JSON.parse(resultJson);
    } finally {
      this.#busySinceMs.delete(environment);
      this.#giveBack(environment);
    }
  }

  async #take(): Promise<ExecutionEnvironment> {
    if (this.#stopped) throw new ThrottledError(this.spec.name);
    for (let free = this.#free.pop(); free !== undefined; free = this.#free.pop()) {
      clearTimeout(free.idleTimer);
      if (!free.environment.ended) return free.environment;
      // It crashed behind its last answer, by an unhandled rejection for example.
      this.#all.delete(free.environment);
    }
    const reserved = this.spec.reservedConcurrency;
    if (this.#all.size < (reserved ?? environmentsAtOnce)) return this.#create();
    if (reserved !== undefined || this.#waiting.length >= waitingMax) throw new ThrottledError(this.spec.name);
    return this.#wait();
  }

  #wait(): Promise<ExecutionEnvironment> {
    return new Promise((resolve, reject) => {
      const timer = setInterval(() => {
        if (this.#all.size >= environmentsMax || this.#working() >= environmentsAtOnce) return;
        clearInterval(timer);
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        resolve(this.#create());
      }, patienceMs);
      const waiting: Waiting = {
        resolve: (environment) => {
          clearInterval(timer);
          resolve(environment);
        },
        reject: (error) => {
          clearInterval(timer);
          reject(error);
        },
      };
      this.#waiting.push(waiting);
    });
  }

  #working(): number {
    const heldAfter = this.#options.processorLoad() >= busyFrom ? heldAfterBusyMs : heldAfterMs;
    const heldBefore = performance.now() - heldAfter;
    const held = [...this.#busySinceMs.values()].filter((sinceMs) => sinceMs < heldBefore).length;
    return this.#all.size - held;
  }

  #create(): ExecutionEnvironment {
    const logStreamName = `local/[$LATEST]${randomUUID().replaceAll('-', '')}`;
    const environment = new ExecutionEnvironment({
      spec: this.spec,
      environment: this.#options.environment(logStreamName),
      logStreamName,
      onOutput: this.#options.onOutput,
    });
    this.#all.add(environment);
    return environment;
  }

  #giveBack(environment: ExecutionEnvironment): void {
    if (environment.ended) {
      this.#all.delete(environment);
      // Its place is free: who waits gets a new one instead.
      const next = this.#stopped ? undefined : this.#waiting.shift();
      next?.resolve(this.#create());
      return;
    }
    const next = this.#waiting.shift();
    if (next !== undefined) {
      next.resolve(environment);
      return;
    }
    const idleTimer = setTimeout(() => this.#retire(environment), this.#options.idleMs);
    idleTimer.unref();
    this.#free.push({ environment, idleTimer });
  }

  #retire(environment: ExecutionEnvironment): void {
    const index = this.#free.findIndex((free) => free.environment === environment);
    if (index === -1) return;
    this.#free.splice(index, 1);
    this.#all.delete(environment);
    void environment.end();
  }
}
