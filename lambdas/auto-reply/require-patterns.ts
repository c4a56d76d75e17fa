import type { AutoReply } from '../../core/auto-reply/index.ts';
import { WharfError } from '../../core/wharf-error.ts';

/**
 * Asks RE2 itself about each pattern: the schema knows only what is wrong at first sight, and a pattern that is refused later would fit
 * nothing without a word. Throws `VALIDATION_FAILED` with a pointer for each.
 */
export async function requirePatterns({ rules }: Pick<AutoReply, 'rules'>): Promise<void> {
  if (rules.every(({ trigger }) => trigger.kind !== 'regex')) return;
  const { isPattern } = await import('./re2.lazy.ts');
  const errors = rules.flatMap(({ trigger }, n) =>
    trigger.kind !== 'regex' || isPattern(trigger.pattern)
      ? []
      : [{ pointer: `/rules/${n}/trigger/pattern`, message: 'No pattern of RE2.' }],
  );
  const [first] = errors;
  if (first === undefined) return;
  throw new WharfError('VALIDATION_FAILED', { detail: `${first.pointer}: ${first.message}`, errors });
}
