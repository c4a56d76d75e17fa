import type { ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { restartDelayMs, supervise } from '../../connector/parent/supervise.ts';
import { readTaskMetadata } from '../../connector/parent/task-identity.ts';

class FakeChild extends EventEmitter {
  readonly signals: string[] = [];

  kill(signal: string): boolean {
    this.signals.push(signal);
    return true;
  }
}

function supervised() {
  const children: FakeChild[] = [];
  const logged: string[] = [];
  const supervisor = supervise({
    start: () => {
      const child = new FakeChild();
      children.push(child);
      return child as unknown as ChildProcess;
    },
    onAway: async () => {
      logged.push('away');
    },
    now: () => 0,
    log: (_fields, message) => logged.push(message),
  });
  return { supervisor, children, logged };
}

describe('supervise', () => {
  it('passes a signal on and ends with the connector', async () => {
    const { supervisor, children } = supervised();
    supervisor.stop('SIGTERM');
    expect(children[0]?.signals).toEqual(['SIGTERM']);
    children[0]?.emit('exit', 0, null);
    expect(await supervisor.finished).toBe(0);
    expect(children).toHaveLength(1);
  });

  it('does not start a connector again whose configuration is wrong', async () => {
    const { supervisor, children } = supervised();
    children[0]?.emit('exit', 78, null);
    expect(await supervisor.finished).toBe(78);
  });

  it('does not start again what dies during a stop, and can stop between two starts', async () => {
    const first = supervised();
    first.supervisor.stop('SIGINT');
    first.children[0]?.emit('exit', null, 'SIGKILL');
    expect(await first.supervisor.finished).toBe(1);
    const second = supervised();
    second.children[0]?.emit('exit', 1, null);
    second.supervisor.stop('SIGTERM');
    expect(await second.supervisor.finished).toBe(0);
    expect(second.logged).toHaveLength(1);
  });

  it('gives up after many quick deaths, and says first that the shards are free', async () => {
    vi.useFakeTimers();
    const { supervisor, children, logged } = supervised();
    for (let death = 0; death <= 10; death++) {
      children.at(-1)?.emit('exit', 7, null);
      await vi.advanceTimersByTimeAsync(10_000);
    }
    vi.useRealTimers();
    expect(await supervisor.finished).toBe(7);
    expect(children).toHaveLength(11);
    // Short pauses are over before others could take over; from the fifth death on they are told.
    expect(logged.indexOf('away')).toBe(5);
    expect(logged.at(-1)).toBe('away');
  });

  it('waits longer each time, up to ten seconds', () => {
    expect([0, 1, 2, 30].map(restartDelayMs)).toEqual([100, 200, 400, 10_000]);
  });
});

describe('readTaskMetadata', () => {
  it('takes the last part of the ARN and the revision', () => {
    const metadata = { TaskARN: 'arn:aws:ecs:eu-central-1:1:task/cluster/0f9d', Revision: '12' };
    expect(readTaskMetadata(metadata)).toEqual({ workerId: '0f9d', generation: 12 });
    expect(readTaskMetadata({ TaskARN: 'x/y', Revision: 'z' })).toEqual({ workerId: 'y', generation: 1 });
    expect(() => readTaskMetadata({})).toThrow(/names no task/);
  });
});
