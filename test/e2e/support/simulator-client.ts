export interface ReceivedMessage {
  readonly id: string;
  readonly from: string;
  readonly text: string;
  readonly kind: string;
  readonly receivedAt: string;
  readonly copies: number;
}

/** Something that happened to a socket, by the simulator's own clock. */
export interface SimulatorEvent {
  readonly number: number;
  readonly kind: string;
  readonly atMs: number;
  readonly connection?: number;
  readonly phone?: string;
  readonly reason?: string;
}

export interface SimulatedDevice {
  readonly phone: string;
  readonly online: boolean;
  readonly queued: number;
}

/** The simulator's control API: the hands on the phones. */
export class SimulatorClient {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  createPhone(phone: string, name: string): Promise<{ phone: string; jid: string; lid: string; name: string }> {
    return this.#post('/phones', { phone, name });
  }

  scan(phone: string, qr: string): Promise<unknown> {
    return this.#post(`/phones/${phone}/scan`, { qr });
  }

  linkCode(phone: string, code: string): Promise<unknown> {
    return this.#post(`/phones/${phone}/link-code`, { code });
  }

  send(phone: string, to: string, text: string): Promise<{ id: string }> {
    return this.#post(`/phones/${phone}/messages`, { to, text });
  }

  async received(phone: string): Promise<readonly ReceivedMessage[]> {
    const answer = await this.#request<readonly ReceivedMessage[] | { messages: readonly ReceivedMessage[] }>(
      'GET',
      `/phones/${phone}/messages`,
    );
    return 'messages' in answer ? answer.messages : answer;
  }

  receipts(phone: string, ids: readonly string[], type: 'read' | 'played'): Promise<unknown> {
    return this.#post(`/phones/${phone}/receipts`, { ids, type });
  }

  unlink(phone: string): Promise<unknown> {
    return this.#post(`/phones/${phone}/unlink`, {});
  }

  fault(fault: Readonly<Record<string, unknown>>): Promise<unknown> {
    return this.#post('/faults', fault);
  }

  stats(): Promise<Readonly<Record<string, number>>> {
    return this.#request('GET', '/stats');
  }

  async devices(): Promise<{ readonly devices: readonly SimulatedDevice[] }> {
    return this.#request('GET', '/stats');
  }

  /** Events with a greater number. */
  async events(since = 0): Promise<readonly SimulatorEvent[]> {
    const { events } = await this.#request<{ events: readonly SimulatorEvent[] }>('GET', `/events?since=${since}`);
    return events;
  }

  /** Any other route of the control API. */
  control<T>(method: string, path: string, body?: unknown): Promise<T> {
    return this.#request(method, path, body);
  }

  #post<T>(path: string, body: unknown): Promise<T> {
    return this.#request('POST', path, body);
  }

  async #request<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return JSON.parse(text === '' ? '{}' : text) as T;
  }
}
