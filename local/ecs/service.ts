import type { Task, TaskIdentity } from './task.ts';

/** First and longest pause before a task that died is replaced, and how long one must live to count as healthy again. */
const restartMsMin = 250;
const restartMsMax = 30_000;
const healthyMs = 60_000;
/** How often it is looked whether the protection of a task that is too much has run out. */
const recheckMs = 5_000;

export interface ServiceOptions {
  readonly desiredCount: number;
  newIdentity(): TaskIdentity;
  start(identity: TaskIdentity): Task;
  onEvent(event: ServiceEvent): void;
}

export type ServiceEvent =
  | { readonly kind: 'task-started'; readonly task: Task }
  | { readonly kind: 'task-stopped'; readonly task: Task }
  | { readonly kind: 'task-died'; readonly task: Task; readonly how: string; readonly restartMs: number };

/**
 * Keeps as many tasks running as are wanted.
 *
 * A task is `running` from its start; `stopping` once it was asked to go (no longer counted, still listed until its process has ended); gone then. A running task whose
 * process ends has died and is replaced after a pause that doubles with each death and starts over after a minute of health. Too many running tasks are
 * stopped youngest first, protected ones only when their protection ends. After `stop()` nothing is started any more.
 */
export class Service {
  readonly #options: ServiceOptions;
  readonly #running = new Set<Task>();
  readonly #stopping = new Map<Task, Promise<void>>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #recheck: NodeJS.Timeout | undefined;
  #desiredCount: number;
  #deathsInARow = 0;
  #stopped = false;

  constructor(options: ServiceOptions) {
    this.#options = options;
    this.#desiredCount = options.desiredCount;
    this.reconcile();
  }

  get desiredCount(): number {
    return this.#desiredCount;
  }

  get tasks(): readonly Task[] {
    return [...this.#running];
  }

  setDesiredCount(count: number): void {
    this.#desiredCount = count;
    this.reconcile();
  }

  /** Starts what is missing, stops what is too much. Also called when the protection of a task has changed. */
  reconcile(): void {
    if (this.#stopped) return;
    const missing = this.#desiredCount - this.#running.size - this.#timers.size;
    for (let count = 0; count < missing; count += 1) this.#startTask();
    const surplus = Math.max(0, this.#running.size - this.#desiredCount);
    const stoppable = [...this.#running].reverse().filter((task) => !task.identity.protection.enabled);
    for (const task of stoppable.slice(0, surplus)) void this.#stopTask(task);
    clearTimeout(this.#recheck);
    if (surplus > stoppable.length) this.#recheck = setTimeout(() => this.reconcile(), recheckMs);
  }

  /** Replaces one task, as `aws ecs stop-task` does: the old one drains while the new one starts. False when there is none with this id. */
  restart(taskId: string): boolean {
    const task = [...this.#running].find((each) => each.identity.id === taskId);
    if (task === undefined) return false;
    void this.#stopTask(task);
    this.reconcile();
    return true;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#recheck);
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    for (const task of this.#running) void this.#stopTask(task);
    await Promise.all(this.#stopping.values());
  }

  #startTask(): void {
    const task = this.#options.start(this.#options.newIdentity());
    this.#running.add(task);
    this.#options.onEvent({ kind: 'task-started', task });
    const startedAt = performance.now();
    void task.ended.then(({ code, signal }) => {
      if (!this.#running.delete(task)) return;
      if (performance.now() - startedAt > healthyMs) this.#deathsInARow = 0;
      this.#replace(task, signal ?? `exit code ${code}`);
    });
  }

  #replace(task: Task, how: string): void {
    const restartMs = Math.min(restartMsMax, restartMsMin * 2 ** this.#deathsInARow);
    this.#deathsInARow += 1;
    this.#options.onEvent({ kind: 'task-died', task, how, restartMs });
    if (this.#stopped) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.reconcile();
    }, restartMs);
    this.#timers.add(timer);
  }

  #stopTask(task: Task): Promise<void> {
    this.#running.delete(task);
    const stopped = task.stop().then(() => {
      this.#stopping.delete(task);
      this.#options.onEvent({ kind: 'task-stopped', task });
    });
    this.#stopping.set(task, stopped);
    return stopped;
  }
}
