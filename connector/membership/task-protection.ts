import type { MembershipClock } from './clock.ts';

export interface TaskProtectionOptions {
  /** `ECS_AGENT_URI`; absent outside ECS, and then nothing is protected. */
  readonly agentUri: string | undefined;
  readonly clock: MembershipClock;
  readonly onTrouble: (message: string, error: unknown) => void;
}

export interface TaskProtection {
  /** Protects the task from being chosen when its service shrinks or is deployed anew, or stops to. Resolves at once. */
  set(isProtected: boolean): void;
  stop(): void;
}

/** Long enough for a deploy of a large fleet, short enough that a task whose connector cannot start any more is not kept for hours. */
const expiresMinutes = 30;
const renewMs = 300_000;
const callMs = 2_000;
/** Of the agent's answer, for the log. */
const answerCharactersMax = 200;

/**
 * Scale-in protection of this task, renewed long before it expires. What goes wrong is told and tried again at the next renewal: an
 * unprotected worker drains within the two minutes that a stop leaves.
 *
 * @example createTaskProtection({ agentUri: process.env.ECS_AGENT_URI, clock, onTrouble }).set(true)
 */
export function createTaskProtection({ agentUri, clock, onTrouble }: TaskProtectionOptions): TaskProtection {
  if (!agentUri) return { set: () => undefined, stop: () => undefined };
  // What an earlier process of this task left is not known.
  let wanted: boolean | undefined;
  let calls: Promise<void> = Promise.resolve();
  const tell = () => {
    // One after the other, and always what is wanted by then: two calls under way could end in the wrong order.
    calls = calls.then(async () => {
      try {
        await putState(agentUri, wanted === true);
      } catch (error) {
        onTrouble('The protection of the task could not be changed', error);
      }
    });
  };
  const stop = clock.every(renewMs, () => {
    if (wanted) tell();
  });
  return {
    set: (isProtected) => {
      if (isProtected === wanted) return;
      wanted = isProtected;
      tell();
    },
    stop,
  };
}

async function putState(agentUri: string, isProtected: boolean): Promise<void> {
  const body = { ProtectionEnabled: isProtected, ...(isProtected ? { ExpiresInMinutes: expiresMinutes } : {}) };
  const response = await fetch(`${agentUri}/task-protection/v1/state`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(callMs),
  });
  const answer = await response.text();
  // ECS may also refuse with status 200, for example with DEPLOYMENT_BLOCKED.
  if (!response.ok || answer.includes('"failure"')) {
    throw new Error(`The agent answered ${response.status}: ${answer.slice(0, answerCharactersMax)}`);
  }
}
