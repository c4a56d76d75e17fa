export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
  readonly body: any;
}

/** Calls the HTTP API as a tenant would, with at most one credential. */
export class WharfClient {
  readonly api: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(api: string, headers: Readonly<Record<string, string>> = {}) {
    this.api = api.endsWith('/api/v1') ? api : `${api}/api/v1`;
    this.#headers = headers;
  }

  withKey(key: string): WharfClient {
    return new WharfClient(this.api, { 'x-api-key': key });
  }

  withToken(token: string): WharfClient {
    return new WharfClient(this.api, { authorization: `Bearer ${token}` });
  }

  get(path: string): Promise<Answer> {
    return this.request('GET', path);
  }

  post(path: string, body: unknown): Promise<Answer> {
    return this.request('POST', path, JSON.stringify(body));
  }

  delete(path: string): Promise<Answer> {
    return this.request('DELETE', path);
  }

  async request(method: string, path: string, body?: string, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await fetch(`${this.api}${path}`, {
      method,
      headers: {
        ...this.#headers,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
  }
}
