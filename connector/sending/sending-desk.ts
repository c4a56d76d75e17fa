import type { Identity } from '../../core/identity.ts';
import { addressesOf } from '../../core/identity-addresses.ts';
import type { CommandOutcome } from '../commands/send-message.ts';
import { createKeyedLock } from '../concurrency/keyed-lock.ts';
import type { ReachOutLock } from '../engine/port.ts';
import { errorFields } from '../logger.ts';
import type { SessionMachine } from '../session/session-machine.ts';
import { Drain } from './drain.ts';
import { SessionSending, type SessionSendingOptions } from './session-sending.ts';

export interface SendingDeskOptions extends SessionSendingOptions {
  /** Sends a message that waited, as its command would. */
  readonly send: (machine: SessionMachine, messageId: string, signal: AbortSignal) => Promise<CommandOutcome>;
  /** Whether this process may cause effects right now. */
  readonly mayAct: () => boolean;
}

interface Desk {
  readonly machine: SessionMachine;
  readonly sending: Promise<SessionSending>;
  readonly drain: Promise<Drain>;
}

/** What keeps messages back, and what lets them go again, for all sessions of this process. */
export class SendingDesk {
  /** Runs `work` alone among the sends of a session. */
  readonly inTurn = createKeyedLock();
  readonly #options: SendingDeskOptions;
  readonly #desks = new Map<string, Desk>();

  constructor(options: SendingDeskOptions) {
    this.#options = options;
  }

  /** What keeps a session's messages back; read from the table the first time. */
  of(machine: SessionMachine): Promise<SessionSending> {
    return this.#desk(machine).sending;
  }

  /** The session is connected, and what waits may perhaps leave; or its link has ended, and it never will. Comes back at once. */
  resume(machine: SessionMachine): void {
    this.#run(machine, async (desk) => {
      const sending = await desk.sending;
      const { hold, machine } = sending;
      if (hold !== undefined && hold.since < (machine.record?.row.linkedAt ?? '')) await sending.endHold();
      else if (hold !== undefined && hold.until !== null) {
        const lock = await machine.connection?.findReachOutLock();
        if (lock !== undefined) await sending.takeLock(lock);
      }
      sending.show();
      await (await desk.drain).run();
    });
  }

  /** WhatsApp told that new chats are locked, or are not any more. Comes back at once. */
  takeLock(machine: SessionMachine, lock: ReachOutLock): void {
    this.#run(machine, async (desk) => {
      await (await desk.sending).takeLock(lock);
      await (await desk.drain).run();
    });
  }

  /** A message went one way or the other: what waited only because this chat was new waits no more. */
  noteTalk(sessionId: string, chat: Identity): void {
    this.#options.knownChats.note(sessionId, chat);
    const desk = this.#desks.get(sessionId);
    if (desk === undefined) return;
    this.#run(desk.machine, async () => {
      const { list } = await desk.sending;
      if (list.beginnersOf(addressesOf(chat)).length > 0) await (await desk.drain).run();
    });
  }

  /** Something waits now that did not before. */
  noteParked(machine: SessionMachine): void {
    this.#run(machine, async (desk) => (await desk.drain).schedule());
  }

  #desk(machine: SessionMachine): Desk {
    const { sessionId } = machine.name;
    const present = this.#desks.get(sessionId);
    if (present?.machine === machine) return present;
    for (const [id, { machine: other }] of this.#desks) if (other.hasEnded) this.#desks.delete(id);
    const sending = SessionSending.load(this.#options, machine);
    const desk = { machine, sending, drain: sending.then((loaded) => new Drain(this.#options, loaded)) };
    this.#desks.set(sessionId, desk);
    // Whoever waits for it gets the error; the next one reads again.
    desk.drain.catch(() => {
      if (this.#desks.get(sessionId) === desk) this.#desks.delete(sessionId);
    });
    return desk;
  }

  #run(machine: SessionMachine, work: (desk: Desk) => Promise<void>): void {
    work(this.#desk(machine)).catch((error: unknown) => {
      const { sessionId } = machine.name;
      this.#options.logger.warn({ sessionId, ...errorFields(error) }, 'What waits to be sent could not be looked at');
    });
  }
}
