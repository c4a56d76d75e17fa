/** The order in which a stack is stopped: nothing new comes in, work drains, then the ground is taken away. */
const phases = ['http', 'events', 'tasks', 'functions', 'simulator', 'engines', 'control'] as const;
export type StopPhase = (typeof phases)[number];

/**
 * Collects how to stop what was started, in whatever order it came up.
 *
 * @example stopList.add('engines', () => sqs.stop()); await stopList.stop((error) => log(error));
 */
export class StopList {
  readonly #steps: { readonly phase: StopPhase; stop(): Promise<unknown> | unknown }[] = [];

  add(phase: StopPhase, stop: () => Promise<unknown> | unknown): void {
    this.#steps.push({ phase, stop });
  }

  /** Stops phase by phase, the steps of one phase together. A step that fails is reported and does not keep the others from stopping. */
  async stop(onError: (error: unknown) => void): Promise<void> {
    for (const phase of phases) {
      const steps = this.#steps.filter((step) => step.phase === phase);
      const results = await Promise.allSettled(steps.map(async (step) => step.stop()));
      for (const result of results) if (result.status === 'rejected') onError(result.reason);
    }
    this.#steps.length = 0;
  }
}
