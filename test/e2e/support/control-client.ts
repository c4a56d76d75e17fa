export interface ControlStatus {
  readonly workers: readonly {
    readonly id: string;
    readonly pid: number;
    readonly sessions: number;
    readonly shards: number;
    readonly eventLoopDelayP99Ms?: number;
  }[];
  readonly queues: readonly {
    readonly name: string;
    readonly depth: number;
    readonly inFlight: number;
    readonly dead: number;
  }[];
  readonly functions: readonly { readonly name: string; readonly invocations: number; readonly errors: number }[];
  readonly tables: readonly { readonly name: string; readonly items: number }[];
}

/** The runner's control page. */
export class ControlClient {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  async status(): Promise<ControlStatus> {
    const response = await fetch(`${this.#url}/status`);
    if (!response.ok) throw new Error(`GET /status answered ${response.status}`);
    return (await response.json()) as ControlStatus;
  }

  async schedules(): Promise<readonly string[]> {
    return (await (await fetch(`${this.#url}/schedules`)).json()) as string[];
  }

  /** The last mails of the stack to one address. */
  async mails(to: string): Promise<readonly { readonly text: string }[]> {
    const answer = await fetch(`${this.#url}/mails?to=${encodeURIComponent(to)}`);
    return (await answer.json()) as { readonly text: string }[];
  }

  /** Whether there was something with that name; throws for every other failure. */
  async post(path: string): Promise<boolean> {
    const response = await fetch(`${this.#url}${path}`, { method: 'POST' });
    if (response.status === 404) return false;
    if (!response.ok) throw new Error(`POST ${path} answered ${response.status}`);
    return true;
  }
}
