import { expect } from 'vitest';
import type { Cell, Conversation } from './conversation.ts';

export interface Talk {
  readonly conversation: Conversation;
  readonly cell: Cell;
  /** Of a page that tells a title and a description of itself; other paths give a film. */
  readonly site: string;
}

/** Does one cell of the table, and throws when it is not so; or the reason for which there is no such cell. */
export type Act = ((talk: Talk) => Promise<void>) | string;

/** A row of the table. */
export interface Kind {
  readonly name: string;
  /** For the page: how the API is asked for it, and what the webhook carries. */
  readonly takes: string;
  readonly carries: string;
  /** Sent by the API and read on the phone. */
  readonly send: Act;
  /** Sent by a phone and read at the webhook. */
  readonly receive: Act;
  /** Why there is none in a group, or in a chat of two. */
  readonly notInGroups?: string;
  readonly onlyInGroups?: string;
  /** Wharf gives some of its work a few seconds only: what shows that must not compete with all other kinds. */
  readonly alone?: true;
}

type Body = Record<string, unknown>;

/** The API sends a body, and the phone shows it once. */
export function sends(body: Body | ((talk: Talk) => Body), shows: Body): Act {
  return async (talk) => {
    const { conversation, cell } = talk;
    const id = await conversation.post(cell.to, typeof body === 'function' ? body(talk) : body);
    const shown = await conversation.shown(cell.person.phone, id);
    expect(shown).toMatchObject({ copies: 1, from: conversation.owner, ...shows });
    expect(await conversation.event('message.sent', id)).toMatchObject({ data: { source: 'api' } });
  };
}

/** A phone writes a body, and the webhook tells it with its sender. */
export function receives(body: Body | ((talk: Talk) => Body), data: Body): Act {
  return async (talk) => {
    const { conversation, cell } = talk;
    const given = typeof body === 'function' ? body(talk) : body;
    const { id } = await conversation.write(cell.person.phone, cell, given);
    const told = await conversation.event('message.received', id);
    expect(told.data).toMatchObject({ ...data, ...originOf(cell) });
  };
}

/** Chat and sender as every webhook must name them. */
export function originOf({ person: { phone, lid, hidesNumber }, group }: Cell): Body {
  return {
    from: { id: lid, lid, phone: hidesNumber ? null : `+${phone}` },
    chat: { id: group ?? lid },
  };
}
