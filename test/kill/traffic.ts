import { setTimeout as sleep } from 'node:timers/promises';
import type { SimulatorClient } from '../e2e/support/simulator-client.ts';
import type { LinkedSession, Tenant } from '../e2e/support/tenant.ts';
import { pick, type Random } from './random.ts';

export interface TrafficOptions {
  readonly tenant: Tenant;
  readonly simulator: SimulatorClient;
  readonly sessions: readonly LinkedSession[];
  readonly friends: readonly string[];
  readonly inboundPerSecond: number;
  readonly outboundPerSecond: number;
  readonly random: Random;
}

/** A message that the API took on (202), and the phone that must show it. */
export interface Accepted {
  readonly messageId: string;
  readonly to: string;
  readonly text: string;
}

/** Requests of one direction that wait for their answer: a stack that is too slow is not buried. */
const inFlightMax = 64;

/** Friends write to the sessions' phones, and the SaaS writes to the friends, until it is stopped. */
export class Traffic {
  /** Ids of messages that the simulator took on. */
  readonly inbound: string[] = [];
  readonly outbound: Accepted[] = [];
  /** Requests that failed, with why; what was not accepted cannot be lost. */
  readonly refused: string[] = [];
  readonly #options: TrafficOptions;
  readonly #stop = new AbortController();
  #loops: Promise<unknown> = Promise.resolve();
  #count = 0;

  constructor(options: TrafficOptions) {
    this.#options = options;
  }

  start(): void {
    const { inboundPerSecond, outboundPerSecond } = this.#options;
    this.#loops = Promise.all([
      this.#loop(inboundPerSecond, () => this.#writeIn()),
      this.#loop(outboundPerSecond, () => this.#writeOut()),
    ]);
  }

  /** Resolves when every request has its answer. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#loops;
  }

  async #loop(perSecond: number, send: () => Promise<void>): Promise<void> {
    const { signal } = this.#stop;
    const inFlight = new Set<Promise<void>>();
    const startedAt = performance.now();
    for (let number = 1; !signal.aborted; number++) {
      if (inFlight.size < inFlightMax) {
        const sending = send()
          .catch((error: unknown) => void this.refused.push(String(error)))
          .finally(() => inFlight.delete(sending));
        inFlight.add(sending);
      }
      const waitMs = startedAt + (number * 1_000) / perSecond - performance.now();
      await sleep(Math.max(0, waitMs), undefined, { signal }).catch(() => undefined);
    }
    await Promise.all(inFlight);
  }

  async #writeIn(): Promise<void> {
    const { simulator, sessions, friends, random } = this.#options;
    this.#count += 1;
    const { id } = await simulator.send(pick(friends, random), pick(sessions, random).phone, `in ${this.#count}`);
    this.inbound.push(id);
  }

  async #writeOut(): Promise<void> {
    const { tenant, sessions, friends, random } = this.#options;
    this.#count += 1;
    const to = pick(friends, random);
    const text = `out ${this.#count}`;
    const path = `/sessions/${pick(sessions, random).sessionId}/messages`;
    const answer = await tenant.client.post(path, { to, text });
    if (answer.status === 202) this.outbound.push({ messageId: answer.body.data.messageId, to, text });
    else this.refused.push(`POST messages answered ${answer.status}: ${JSON.stringify(answer.body).slice(0, 300)}`);
  }
}
