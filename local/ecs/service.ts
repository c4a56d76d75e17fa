import { planTasks } from './plan-tasks.ts';
import type { Task, TaskIdentity } from './task.ts';

/** First and longest pause before a task that died is replaced, and how long one must live to count as healthy again. */
const restartMsMin = 250;
const restartMsMax = 30_000;
const healthyMs = 60_000;
/** How often it is looked whether the protection of a task that is too much has run out. */
const recheckMs = 1_000;
/** The scheduler of ECS takes some seconds to notice that a task runs; only then it stops an old one for it. */
const noticeMs = 2_000;

export interface ServiceOptions {
  readonly desiredCount: number;
  /** Revision of the task definition at the start. */
  readonly revision: number;
  /** Of a deployment, in percent of the desired count. */
  readonly minimumHealthyPercent: number;
  readonly maximumPercent: number;
  newIdentity(revision: number): TaskIdentity;
  start(identity: TaskIdentity): Task;
  onEvent(event: ServiceEvent): void;
}

export type ServiceEvent =
  | { readonly kind: 'task-started'; readonly task: Task }
  | { readonly kind: 'task-stopped'; readonly task: Task }
  | { readonly kind: 'task-died'; readonly task: Task; readonly how: string; readonly restartMs: number };

interface RunningTask {
  readonly task: Task;
  readonly revision: number;
  readonly startedAtMs: number;
}

/**
 * Keeps as many tasks running as are wanted, of the revision that was deployed last.
 *
 * A task is `running` from its start; `stopping` once it was asked to go (no longer counted, still listed until its process has ended); gone then. A running task whose
 * process ends has died and is replaced after a pause that doubles with each death and starts over after a minute of health. `deploy` makes tasks of the revisions
 * before it old, `rollBack` those of the revision that failed; `planTasks` says what starts and stops. After `stop()` nothing is started any more.
 */
export class Service {
  readonly #options: ServiceOptions;
  readonly #running = new Map<Task, RunningTask>();
  readonly #stopping = new Map<Task, Promise<void>>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #recheck: NodeJS.Timeout | undefined;
  #desiredCount: number;
  /** Of the deployments so far, without those that were taken back; the last one holds. */
  readonly #revisions: number[];
  #latestRevision: number;
  #deathsInARow = 0;
  #stopped = false;

  constructor(options: ServiceOptions) {
    this.#options = options;
    this.#desiredCount = options.desiredCount;
    this.#revisions = [options.revision];
    this.#latestRevision = options.revision;
    this.reconcile();
  }

  get desiredCount(): number {
    return this.#desiredCount;
  }

  /** Of the task definition that new tasks get. */
  get revision(): number {
    return this.#revisions.at(-1) ?? this.#options.revision;
  }

  get tasks(): readonly Task[] {
    return [...this.#running.keys()];
  }

  setDesiredCount(count: number): void {
    this.#desiredCount = count;
    this.reconcile();
  }

  /** Replaces all tasks by ones of the next revision, as a deployment does; the number of that revision. */
  deploy(): number {
    this.#latestRevision += 1;
    this.#revisions.push(this.#latestRevision);
    this.reconcile();
    return this.revision;
  }

  /** Goes back to the revision before, as a deployment that failed does by its circuit breaker; the number of that revision. */
  rollBack(): number {
    if (this.#revisions.length > 1) this.#revisions.pop();
    this.reconcile();
    return this.revision;
  }

  /** Starts what is missing, stops what is too much. Also called when the protection of a task has changed. */
  reconcile(): void {
    if (this.#stopped) return;
    for (let count = this.#plan().start; count > 0; count -= 1) this.#startTask();
    const { stop, unfinished } = this.#plan();
    for (const { task } of stop) void this.#stopTask(task);
    clearTimeout(this.#recheck);
    if (unfinished) this.#recheck = setTimeout(() => this.reconcile(), recheckMs);
  }

  /** Replaces one task, as `aws ecs stop-task` does: the old one drains while the new one starts. False when there is none with this id. */
  restart(taskId: string): boolean {
    const task = this.tasks.find((each) => each.identity.id === taskId);
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
    for (const task of this.tasks) void this.#stopTask(task);
    await Promise.all(this.#stopping.values());
  }

  #plan() {
    const nowMs = performance.now();
    return planTasks({
      ...this.#options,
      desiredCount: this.#desiredCount,
      waiting: this.#timers.size,
      tasks: [...this.#running.values()].map(({ task, revision, startedAtMs }) => ({
        task,
        current: revision === this.revision,
        running: nowMs - startedAtMs >= noticeMs,
        protected: task.identity.protection.enabled,
      })),
    });
  }

  #startTask(): void {
    const task = this.#options.start(this.#options.newIdentity(this.revision));
    const startedAtMs = performance.now();
    this.#running.set(task, { task, revision: this.revision, startedAtMs });
    this.#options.onEvent({ kind: 'task-started', task });
    void task.ended.then(({ code, signal }) => {
      if (!this.#running.delete(task)) return;
      if (performance.now() - startedAtMs > healthyMs) this.#deathsInARow = 0;
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
