import { LRUCache } from 'lru-cache';
import type { EventEnvelope } from '../../core/events/event.ts';
import type { Identity } from '../../core/identity.ts';
import { derivedId } from '../../core/ids.ts';
import type { Message } from '../../core/messages/message.ts';
import { isChange } from '../../core/messages/message-content.ts';
import { type BackgroundWork, createBackgroundWork } from '../concurrency/background-work.ts';
import type { PastChat } from '../engine/directory-event.ts';
import type { GroupSnapshot, IncomingMessage } from '../engine/port.ts';
import type { PublishEvent } from '../inbox/event-queue.ts';
import type { SessionFacts } from '../inbox/incoming-event.ts';
import { isSame } from '../inbox/may-change.ts';
import { errorFields, type Logger } from '../logger.ts';
import { type DirectoryStore, kindOfChat } from '../storage/directory-store.ts';
import type { SessionName } from '../storage/session-state.ts';

export interface DirectoryKeeperOptions {
  readonly store: DirectoryStore;
  readonly publish: PublishEvent;
  readonly now: () => number;
  readonly logger: Logger;
}

/** Entries of all sessions together; what falls out is read or written once more. */
const peopleMax = 50_000;
/** A group of a thousand members takes about 300 kB. */
const groupsMax = 300;
/** Another process may have written since, before a shard came here. */
const groupsMs = 600_000;
/** A large group brings a thousand people at once, and messages go first. */
const atOnceMax = 6;
const waitingMax = 5_000;

/**
 * Keeps chats, contacts, groups and pairs of addresses as messages and notifications tell them. It runs after a message is safe, and
 * what it misses the next message makes good: so it is best effort, and bounded.
 */
export class DirectoryKeeper {
  readonly #options: DirectoryKeeperOptions;
  readonly #work: BackgroundWork;
  /** What was written last of each person and pair, so that each message does not write it again. */
  readonly #written = new LRUCache<string, Pick<Identity, 'phone' | 'lid' | 'name'>>({ max: peopleMax });
  readonly #groups = new LRUCache<string, GroupSnapshot>({ max: groupsMax, ttl: groupsMs });

  constructor(options: DirectoryKeeperOptions) {
    this.#options = options;
    this.#work = createBackgroundWork({
      atOnceMax,
      waitingMax,
      onFailure: (error) => options.logger.warn(errorFields(error), 'The directory could not be kept'),
    });
  }

  /** Notes what a message tells of its chat and sender. */
  noteMessage({ chat, from, fromMe, messageId, sentAt, content }: IncomingMessage, session: SessionFacts): void {
    if (!isChange(content)) this.#noteChat(session, chat, { messageId, at: sentAt, received: !fromMe });
    this.notePeople(session, fromMe ? [chat] : [from, chat]);
  }

  /** Notes a message that was sent over the API. */
  noteSent(message: Message, session: SessionFacts): void {
    if (isChange(message.content)) return;
    const at = message.sentAt ?? message.updatedAt;
    this.#noteChat(session, message.chat, { messageId: message.messageId, at, received: false });
    this.notePeople(session, [message.chat]);
  }

  /** Notes names and pairs of addresses; a contact that is new or changed makes an event. */
  notePeople(session: SessionFacts, people: readonly Identity[]): void {
    for (const person of people) {
      if (kindOfChat(person.id) !== 'person') continue;
      const key = `${session.sessionId}/${person.id}`;
      const before = this.#written.get(key);
      // Most mentions of a person are incomplete: that is no news about one who is known.
      const phone = person.phone ?? before?.phone ?? null;
      const lid = person.lid ?? before?.lid ?? null;
      const name = person.name ?? before?.name ?? null;
      if (before !== undefined && before.phone === phone && before.lid === lid && before.name === name) continue;
      this.#written.set(key, { phone, lid, name });
      this.#add(() => this.#notePerson(session, { ...person, phone, lid, name }));
    }
  }

  /** Notes chats from before the link, so that nobody is taken for a stranger who is none. */
  notePastChats(session: SessionName, chats: readonly PastChat[]): void {
    // One after the other, in one place of the queue: a history must not push out what is said now.
    this.#add(async () => {
      for (const { chat, lastMessageAt } of chats) await this.#options.store.notePastChat(session, chat, lastMessageAt);
    });
  }

  putGroup(session: SessionName, snapshot: GroupSnapshot): Promise<void> {
    this.#groups.set(`${session.sessionId}/${snapshot.group.groupId}`, snapshot);
    return this.#options.store.putGroup(session, snapshot);
  }

  async findGroup(session: SessionName, groupId: string): Promise<GroupSnapshot | undefined> {
    const key = `${session.sessionId}/${groupId}`;
    const cached = this.#groups.get(key);
    if (cached !== undefined) return cached;
    const stored = await this.#options.store.findGroup(session, groupId);
    if (stored !== undefined) this.#groups.set(key, stored);
    return stored;
  }

  async isAdmin(session: SessionName, groupId: string, person: Identity): Promise<boolean> {
    const found = await this.findGroup(session, groupId);
    return found?.group.participants.some((member) => member.role !== 'member' && isSame(member, person)) ?? false;
  }

  setDisappearing(session: SessionName, chat: Identity, seconds: number | null, at: string): Promise<void> {
    return this.#options.store.setDisappearing(session, chat, seconds, at);
  }

  #noteChat(
    session: SessionFacts,
    identity: Identity,
    news: { readonly messageId: string; readonly at: string; readonly received: boolean },
  ): void {
    this.#add(() => this.#options.store.noteChat(session, { identity, kind: kindOfChat(identity.id), ...news }));
  }

  async #notePerson(session: SessionFacts, { id, phone, lid, name }: Identity): Promise<void> {
    const { store, publish, now } = this.#options;
    const updatedAt = new Date(now()).toISOString();
    if (phone !== null && lid !== null) {
      await store.putAddresses(session, `${phone.replace('+', '')}@s.whatsapp.net`, lid, updatedAt);
    }
    // Members of groups by the hundred, of whom nothing but an address is known.
    if (name === null) return;
    const known = await store.findContact(session, id);
    const pushName = name;
    const contact = {
      id,
      phone: phone ?? known?.phone ?? null,
      lid: lid ?? known?.lid ?? null,
      name: pushName,
      pushName,
    };
    const isNews = known === undefined || known.pushName !== pushName || known.phone !== contact.phone;
    if (!isNews && known.lid === contact.lid) return;
    await store.putContact(session, { ...contact, updatedAt });
    await publish(contactEvent(session, { ...contact, updatedAt }));
  }

  #add(work: () => Promise<unknown>): void {
    if (this.#work.add(work)) return;
    this.#options.logger.warn({ waiting: this.#work.size }, 'The directory was not kept: too much is waiting');
  }
}

function contactEvent(
  { tenantId, sessionId, metadata }: SessionFacts,
  contact: Identity & { readonly pushName: string | null; readonly updatedAt: string },
): EventEnvelope {
  const { id, phone, lid, pushName, updatedAt } = contact;
  return {
    version: 1,
    id: derivedId('evt', [sessionId, 'contact', id, phone ?? '', lid ?? '', pushName ?? '']),
    type: 'contact.updated',
    tenantId,
    sessionId,
    timestamp: updatedAt,
    metadata,
    data: { contact: { id, phone, lid, name: pushName }, pushName },
  };
}
