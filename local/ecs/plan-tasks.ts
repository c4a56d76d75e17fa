/** A task of a service as the scheduler sees it. */
export interface PlannedTask {
  /** Of the newest revision of the task definition. */
  readonly current: boolean;
  /** Started long enough ago that the scheduler has noticed. */
  readonly running: boolean;
  readonly protected: boolean;
}

export interface TasksToPlan<Task extends PlannedTask> {
  readonly desiredCount: number;
  /** Bounds of a deployment, in percent of the desired count; ECS rounds the lower one up and the upper one down. */
  readonly minimumHealthyPercent: number;
  readonly maximumPercent: number;
  /** Oldest first. */
  readonly tasks: readonly Task[];
  /** Replacements that already wait for their pause to end. */
  readonly waiting: number;
}

export interface TaskPlan<Task> {
  readonly start: number;
  readonly stop: readonly Task[];
  /** Something should stop but is protected, or must wait for a new task to run. */
  readonly unfinished: boolean;
}

/**
 * What the service scheduler of ECS would do. Without a deployment: start what is missing, stop what is too much. While tasks of an older revision run: start
 * new ones up to the maximum, and stop old ones as far as enough running tasks remain. A protected task is never stopped. Which of several tasks goes is not
 * documented for one zone; here it is one of an older revision first, then the youngest.
 *
 * @example planTasks({ desiredCount: 1, minimumHealthyPercent: 100, maximumPercent: 200, tasks: [old], waiting: 0 }) // { start: 1, stop: [], … }
 */
export function planTasks<Task extends PlannedTask>(input: TasksToPlan<Task>): TaskPlan<Task> {
  const { desiredCount, tasks } = input;
  const old = tasks.filter((task) => !task.current);
  const current = tasks.filter((task) => task.current);
  const missing = Math.max(0, desiredCount - current.length - input.waiting);
  const roof = Math.max(desiredCount, Math.floor((desiredCount * input.maximumPercent) / 100));
  const start = old.length === 0 ? missing : Math.min(missing, Math.max(0, roof - tasks.length - input.waiting));

  const floor = Math.min(desiredCount, Math.ceil((desiredCount * input.minimumHealthyPercent) / 100));
  const running = tasks.filter((task) => task.running).length;
  const stoppableOld = Math.max(0, running - floor);
  const surplus = Math.max(0, current.length - desiredCount);
  const stop = [...stopOrder(old).slice(0, stoppableOld), ...stopOrder(current).slice(0, surplus)];
  return { start, stop, unfinished: old.length + surplus > stop.length };
}

/** Unprotected ones, the youngest first. */
function stopOrder<Task extends PlannedTask>(tasks: readonly Task[]): Task[] {
  return tasks.filter((task) => !task.protected).reverse();
}
