import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import { waitFor } from '../../support/wait-for.ts';
import type { LocalStack } from '../support/local-stack.ts';
import type { ReceivedWebhook, Receiver } from '../support/receiver.ts';
import type { Tenant } from '../support/tenant.ts';

/** Somebody whom the session talks with. */
export interface Person {
  readonly phone: string;
  readonly lid: string;
  /** Clients see the LID only. */
  readonly hidesNumber: boolean;
}

/** Where one cell of the table takes place. */
export interface Cell {
  readonly person: Person;
  /** What the API is given as `to`. */
  readonly to: string;
  /** Of a group; without it, it is a chat of two. */
  readonly group?: string;
}

type Body = Record<string, unknown>;
export type Shown = Readonly<Record<string, unknown>> & { readonly id: string };

/** An inbox is read for all who wait, not once for each. */
const inboxFreshMs = 100;

/** The hands on the API, on the webhook and on the phones, for one linked session. */
export class Conversation {
  readonly owner: string;
  readonly #parts: { stack: LocalStack; tenant: Tenant; receiver: Receiver; sessionId: string };
  readonly #inboxes = new Map<string, { readonly at: number; readonly messages: Promise<readonly Shown[]> }>();

  constructor(owner: string, parts: { stack: LocalStack; tenant: Tenant; receiver: Receiver; sessionId: string }) {
    this.owner = owner;
    this.#parts = parts;
  }

  /** Sends over the API; answers the message's id. */
  async post(to: string, body: Body): Promise<string> {
    return (await this.#api('POST', '/messages', { to, ...body }, 202)).messageId;
  }

  /** Edits, deletes or reacts over the API. */
  async change(method: string, path: string, body?: Body): Promise<string> {
    return (await this.#api(method, `/messages/${path}`, body, 202)).changeId;
  }

  async message(messageId: string) {
    return this.#api('GET', `/messages/${messageId}`, undefined, 200);
  }

  /** Gets an address, puts the bytes there; answers the medium's id. */
  async upload(bytes: Buffer, mimeType: string, fileName?: string): Promise<string> {
    const named = fileName === undefined ? {} : { fileName };
    const { id, uploadUrl, headers } = await this.#api(
      'POST',
      '/media',
      { mimeType, size: bytes.length, ...named },
      201,
    );
    const { 'content-length': _set, ...given } = headers as Record<string, string>;
    const answer = await fetch(uploadUrl, { method: 'PUT', body: new Uint8Array(bytes), headers: given });
    expect(answer.status, await answer.text()).toBe(200);
    return id;
  }

  /** SHA-256 of the bytes to which a medium's id leads. */
  async sha256Of(mediaId: string): Promise<string> {
    const { url } = await this.#api('GET', `/media/${mediaId}?format=json`, undefined, 200);
    const answer = await fetch(url);
    expect(answer.status).toBe(200);
    return sha256(Buffer.from(await answer.arrayBuffer()));
  }

  /** What a phone shows of a message, once it fits. */
  shown(phone: string, id: string, fits: (message: Shown) => boolean = () => true): Promise<Shown> {
    return waitFor(`message ${id} on ${phone}`, async () => {
      const found = (await this.#inbox(phone)).find((message) => message.id === id);
      return found !== undefined && fits(found) ? found : undefined;
    });
  }

  /** What became of a message that the phone has written. */
  outgoing(phone: string, id: string, fits: (message: Shown) => boolean): Promise<Shown> {
    return waitFor(`the fate of ${id} of ${phone}`, async () => {
      const path = `/phones/${phone}/outgoing`;
      const { messages } = await this.#control<{ messages: readonly Shown[] }>('GET', path);
      return messages.find((message) => message.id === id && fits(message));
    });
  }

  /** A phone writes, to the session's owner or into the cell's group. */
  write(from: string, { group }: Pick<Cell, 'group'>, body: Body): Promise<{ id: string; sha256?: string }> {
    return this.#control('POST', `/phones/${from}/messages`, { to: group ?? this.owner, ...body });
  }

  /** A webhook about a message. */
  async event(type: string, messageId: string): Promise<ReceivedWebhook['body']> {
    const { receiver } = this.#parts;
    const { body } = await waitFor(`${type} of ${messageId}`, () =>
      receiver.all.find(({ body: { type: itsType, data } }) => itsType === type && data.messageId === messageId),
    );
    return body;
  }

  #inbox(phone: string): Promise<readonly Shown[]> {
    const known = this.#inboxes.get(phone);
    if (known !== undefined && Date.now() - known.at < inboxFreshMs) return known.messages;
    const path = `/phones/${phone}/messages`;
    const messages = this.#control<{ messages: readonly Shown[] }>('GET', path).then((answer) => answer.messages);
    this.#inboxes.set(phone, { at: Date.now(), messages });
    return messages;
  }

  #control<T>(method: string, path: string, body?: unknown): Promise<T> {
    return this.#parts.stack.simulator.control<T>(method, path, body);
  }

  async #api(method: string, path: string, body: Body | undefined, expected: number) {
    const { tenant, sessionId } = this.#parts;
    const text = body === undefined ? undefined : JSON.stringify(body);
    const answer = await tenant.client.request(method, `/sessions/${sessionId}${path}`, text);
    expect(answer.status, `${method} ${path}: ${JSON.stringify(answer.body)}`).toBe(expected);
    return answer.body.data;
  }
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
