import { isJsonObject } from '../template/template.ts';

/** ECS's default and its bounds, in minutes. */
const defaultMinutes = 120;
const minutesMax = 2_880;

/** Whether a task may be stopped when its service shrinks. */
export class TaskProtection {
  #expiresAtMs: number | undefined;
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  get enabled(): boolean {
    return this.#expiresAtMs !== undefined && this.#now() < this.#expiresAtMs;
  }

  /** Takes the body of a `PUT`; returns a sentence when it is not valid. */
  update(body: unknown): string | undefined {
    if (!isJsonObject(body) || typeof body.ProtectionEnabled !== 'boolean') {
      return 'Invalid request: ProtectionEnabled must be a boolean.';
    }
    const minutes = body.ExpiresInMinutes ?? defaultMinutes;
    if (typeof minutes !== 'number' || !Number.isInteger(minutes) || minutes < 1 || minutes > minutesMax) {
      return `Invalid request: ExpiresInMinutes must be a whole number from 1 to ${minutesMax}.`;
    }
    this.#expiresAtMs = body.ProtectionEnabled ? this.#now() + minutes * 60_000 : undefined;
    return undefined;
  }

  /** The answer of the ECS agent. */
  describe(taskArn: string): object {
    const expires = this.enabled ? { ExpirationDate: new Date(this.#expiresAtMs ?? 0).toISOString() } : {};
    return { protection: { ...expires, ProtectionEnabled: this.enabled, TaskArn: taskArn } };
  }
}
