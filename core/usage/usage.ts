/** What is counted. A connection is one arrival at `connected`. */
export interface UsageCounts {
  readonly sent: number;
  readonly received: number;
  readonly connections: number;
}

/** Counts of one day (`2026-11-22`) or month (`2026-11`), UTC. */
export interface UsageOfPeriod extends UsageCounts {
  readonly period: string;
  /** Sessions that sent, received or connected. */
  readonly activeSessions: number;
}

/** What one session used in one month; days without anything are left out. */
export interface SessionUsage extends UsageCounts {
  readonly sessionId: string;
  readonly month: string;
  readonly days: readonly (UsageCounts & { readonly day: string })[];
}

export const noUsage: UsageCounts = { sent: 0, received: 0, connections: 0 };

export function addUsage(a: UsageCounts, b: UsageCounts): UsageCounts {
  return {
    sent: a.sent + b.sent,
    received: a.received + b.received,
    connections: a.connections + b.connections,
  };
}

export function isActive(counts: UsageCounts): boolean {
  return counts.sent + counts.received + counts.connections > 0;
}
