/** Articles of `docs/runbook.md`, by the anchors of their headings; a test holds both together. */
export type RunbookArticle =
  | 'events-wait'
  | 'deliveries-wait'
  | 'dead-letters'
  | 'commands-fail'
  | 'no-worker-runs'
  | 'workers-are-missing'
  | 'shards-without-an-owner'
  | 'the-scaler-is-silent'
  | 'the-sweep-is-silent'
  | 'a-worker-fenced-itself'
  | 'workers-run-out-of-memory'
  | 'the-event-loop-is-late'
  | 'whatsapp-refuses-our-version'
  | 'many-connections-fall-at-once'
  | 'somebody-else-uses-our-credentials'
  | 'many-accounts-are-unlinked'
  | 'messages-cannot-be-published'
  | 'deliveries-fail-by-our-fault'
  | 'a-function-fails'
  | 'a-function-is-throttled'
  | 'the-api-answers-5xx'
  | 'a-table-is-throttled';

/** @example runbookUrl('docs/runbook.md', 'dead-letters') // 'docs/runbook.md#dead-letters' */
export function runbookUrl(base: string, article: RunbookArticle): string {
  return `${base}#${article}`;
}
