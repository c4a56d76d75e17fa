import type { InboxMessage } from '../../../simulator/accounts/inbox.ts';
import type { OutgoingMessage } from '../../../simulator/accounts/outbox.ts';
import type { LoggedEvent } from '../../../simulator/world/event-log.ts';

export interface ControlAnswer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every route
  readonly body: any;
}

/** Talks to the control API as a user would. */
export class ControlClient {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  async request(method: string, path: string, body?: unknown): Promise<ControlAnswer> {
    const response = await fetch(this.#url + path, {
      method,
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() };
  }

  async post(path: string, body: unknown = {}): Promise<ControlAnswer['body']> {
    const answer = await this.request('POST', path, body);
    if (answer.status !== 200) throw new Error(`POST ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  async get(path: string): Promise<ControlAnswer['body']> {
    const answer = await this.request('GET', path);
    if (answer.status !== 200) throw new Error(`GET ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  async inbox(phone: string): Promise<InboxMessage[]> {
    return (await this.get(`/phones/${phone}/messages`)).messages;
  }

  async outgoing(phone: string): Promise<OutgoingMessage[]> {
    return (await this.get(`/phones/${phone}/outgoing`)).messages;
  }

  async events(): Promise<LoggedEvent[]> {
    return (await this.get('/events')).events;
  }
}
