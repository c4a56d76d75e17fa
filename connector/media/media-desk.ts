import { mediaObjectKey, type StoredMedia } from '../../core/messages/media.ts';
import type { MediaRepository } from '../../core/messages/media-repository.ts';
import type { Message } from '../../core/messages/message.ts';
import { hasMedia } from '../../core/messages/message-content.ts';
import { type BackgroundWork, createBackgroundWork } from '../concurrency/background-work.ts';
import type { PublishEvent } from '../inbox/event-queue.ts';
import { persist } from '../inbox/persist.ts';
import { errorFields, type Logger } from '../logger.ts';
import type { Surroundings } from '../session/session-dependencies.ts';
import type { SessionHandle } from '../session/session-handle.ts';
import type { MediaJob, MediaJobStore } from '../storage/media-job-store.ts';
import type { MessageStore } from '../storage/message-store.ts';
import { mediaEvent } from './media-event.ts';
import type { ObjectStore } from './object-store.ts';
import type { TempFolder } from './temp-folder.ts';

export interface MediaDeskOptions extends Surroundings {
  readonly jobs: MediaJobStore;
  readonly media: MediaRepository;
  readonly messages: MessageStore;
  readonly objects: ObjectStore;
  readonly folder: TempFolder;
  readonly publish: PublishEvent;
  /** Bytes of one medium. */
  readonly bytesMax: number;
  readonly logger: Logger;
}

/** Transfers at the same time: each holds a few chunks of 64 kB in memory, and a file on the disk. */
const atOnceMax = 4;
const waitingMax = 1_000;
/** Tries of one medium before it counts as lost; the waits between them sum to some ten minutes. */
const triesMax = 6;
const firstWaitMs = 5_000;
const waitFactor = 3;
const fetchMs = 180_000;
const publishMs = 10_000;

/**
 * Fetches the media of messages that came in, after their events are out. A job lies in the table from the moment in which its message is safe
 * until its medium is stored or lost, so another process goes on where this one was killed.
 */
export class MediaDesk {
  readonly #options: MediaDeskOptions;
  readonly #work: BackgroundWork;
  readonly #running = new Set<string>();
  /** Sessions with jobs that found no room to wait in. */
  readonly #crowdedOut = new Map<string, SessionHandle>();

  constructor(options: MediaDeskOptions) {
    this.#options = options;
    this.#work = createBackgroundWork({
      atOnceMax,
      waitingMax,
      onFailure: (error) => options.logger.warn(errorFields(error), 'A medium could not be worked on'),
    });
  }

  /** Writes down that a medium must be fetched. Safe to repeat. */
  async note(message: Message): Promise<void> {
    if (!hasMedia(message.content)) return;
    const { tenantId, sessionId, messageId, createdAt, expiresAtSeconds } = message;
    const row: StoredMedia = { ...message.content.media, tenantId, sessionId, messageId, createdAt, expiresAtSeconds };
    await Promise.all([
      this.#options.media.put(row),
      this.#options.jobs.put({ tenantId, sessionId, messageId, createdAt }),
    ]);
  }

  /** Begins to fetch, as soon as there is room. */
  start({ messageId, createdAt }: Pick<Message, 'messageId' | 'createdAt'>, session: SessionHandle): void {
    const { tenantId, sessionId } = session;
    this.#enqueue({ tenantId, sessionId, messageId, createdAt }, session, 1);
  }

  /** Takes up what an earlier owner of the session left. */
  async resume(session: SessionHandle): Promise<void> {
    for (const job of await this.#options.jobs.list(session)) this.#enqueue(job, session, 1);
  }

  #enqueue(job: MediaJob, session: SessionHandle, attempt: number): void {
    const key = `${job.sessionId}/${job.messageId}`;
    if (attempt === 1 && this.#running.has(key)) return;
    const added = this.#work.add(() => this.#run(job, session, attempt));
    if (added) this.#running.add(key);
    else {
      this.#running.delete(key);
      this.#crowdedOut.set(session.sessionId, session);
    }
  }

  async #run(job: MediaJob, session: SessionHandle, attempt: number): Promise<void> {
    let again = false;
    try {
      again = (await this.#attempt(job, session, attempt)) === 'again';
    } finally {
      if (again) this.#later(job, session, attempt + 1);
      else this.#running.delete(`${job.sessionId}/${job.messageId}`);
      await this.#admitCrowdedOut();
    }
  }

  #later(job: MediaJob, session: SessionHandle, attempt: number): void {
    const waitMs = firstWaitMs * waitFactor ** (attempt - 2) * (0.5 + this.#options.random());
    setTimeout(() => this.#enqueue(job, session, attempt), waitMs).unref();
  }

  /** `left`: the session is not connected here, and whoever connects it resumes the job. */
  async #attempt(job: MediaJob, session: SessionHandle, attempt: number): Promise<'done' | 'again' | 'left'> {
    const { messages, folder, objects, bytesMax } = this.#options;
    const connection = session.connection();
    if (connection === undefined) return 'left';
    const [message, protocol] = await Promise.all([
      messages.find(job, job.messageId),
      messages.findProtocol(job, job.messageId),
    ]);
    // Deleted meanwhile, by its sender or with its session.
    if (message === undefined || message.deletedAt !== undefined || !hasMedia(message.content))
      return this.#forget(job);
    if (protocol === undefined) return this.#end(job, session, message, { failureReason: 'unreadable' });
    const path = folder.newPath();
    try {
      const signal = AbortSignal.timeout(fetchMs);
      const outcome = await connection.fetchMedia({ protocol, path, bytesMax, signal });
      if (outcome.kind === 'failed') return await this.#end(job, session, message, { failureReason: outcome.reason });
      if (outcome.kind === 'unknown') {
        this.#options.logger.info(
          { sessionId: job.sessionId, messageId: job.messageId, attempt, reason: outcome.reason },
          'A medium was not fetched',
        );
        if (attempt < triesMax) return 'again';
        return await this.#end(job, session, message, { failureReason: 'not_fetched' });
      }
      const { id, mimeType } = message.content.media;
      const { size, sha256 } = outcome;
      await objects.putFile(mediaObjectKey(job.tenantId, job.sessionId, id), { path, size, mimeType });
      return await this.#end(job, session, message, { size, sha256 });
    } catch (error) {
      const { sessionId, messageId } = job;
      this.#options.logger.warn({ sessionId, messageId, attempt, ...errorFields(error) }, 'A medium was not stored');
      if (attempt < triesMax) return 'again';
      return await this.#end(job, session, message, { failureReason: 'not_stored' });
    } finally {
      await folder.remove(path);
    }
  }

  async #end(
    job: MediaJob,
    session: SessionHandle,
    message: Message,
    found: { readonly size: number; readonly sha256: string } | { readonly failureReason: string },
  ): Promise<'done'> {
    const { messages, media: rows, now, publish } = this.#options;
    if (!hasMedia(message.content)) return this.#forget(job);
    const at = new Date(now()).toISOString();
    const status = 'failureReason' in found ? 'failed' : 'available';
    const media = { ...message.content.media, status, ...found } as const;
    const { tenantId, sessionId, messageId } = job;
    const { createdAt, expiresAtSeconds } = message;
    await Promise.all([
      rows.put({ ...media, tenantId, sessionId, messageId, createdAt, expiresAtSeconds }),
      messages.setContent(job, messageId, { ...message.content, media }, at),
    ]);
    const event = mediaEvent(message, media, session, at);
    await persist(() => publish(event), { ...this.#options, timeoutMs: publishMs });
    return this.#forget(job);
  }

  async #forget(job: MediaJob): Promise<'done'> {
    await this.#options.jobs.delete(job);
    return 'done';
  }

  async #admitCrowdedOut(): Promise<void> {
    const [first] = this.#crowdedOut.values();
    if (first === undefined || this.#work.size > waitingMax / 2) return;
    this.#crowdedOut.delete(first.sessionId);
    await this.resume(first);
  }
}
