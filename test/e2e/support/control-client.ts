export interface ControlStatus {
  readonly workers: readonly {
    readonly id: string;
    readonly pid: number;
    readonly sessions: number;
    readonly shards: number;
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
}
