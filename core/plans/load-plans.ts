import * as z from 'zod/mini';
import type { Plan, Plans } from './plan.ts';
import { defaultPlanName, shippedPlans, unlistedPlans } from './plans.ts';

/** All variables of a Lambda share 4 kB; this leaves half of it to the others. */
const textLengthMax = 2_000;

const limit = (highest: number) => z.number().check(z.int(), z.gte(1), z.lte(highest));

const limits = z.strictObject({
  sessions: limit(100_000),
  messagesPerDay: limit(100_000_000),
  requestsPerMinute: limit(1_000_000),
  sendsPerMinute: limit(100_000),
  webhooksPerSession: limit(100),
  retentionDays: limit(3_650),
});

const changes = z.record(z.string().check(z.regex(/^[a-z][a-z0-9-]{0,31}$/)), z.partial(limits));

/**
 * The shipped plans with the operator's JSON laid over them: a known plan may change some numbers, a new one must give all. Throws one
 * sentence that names the place when the JSON is wrong, so that a bad file stops the deployment and not the first request.
 *
 * @example loadPlans('{"free": {"sessions": 3}}').get('free')?.sessions // 3
 */
export function loadPlans(text = ''): Plans {
  const changed = parseChanges(text);
  const names = new Set([...Object.keys(shippedPlans), ...Object.keys(changed)]);
  const plans = new Map<string, Plan>();
  for (const name of names) {
    const merged = limits.safeParse({ ...shippedPlans[name], ...changed[name] });
    if (!merged.success) throw new Error(`PLANS: plan "${name}" is not complete: ${firstIssue(merged.error)}.`);
    plans.set(name, { name, ...merged.data });
  }
  return plans;
}

/**
 * The plan of a user. A plan that the operator has since removed counts as the default one, which the deployment may name. Throws
 * when that one does not exist.
 */
export function planOf(
  plans: Plans,
  user: { readonly plan?: string | undefined },
  defaultPlan: string = defaultPlanName,
): Plan {
  const plan = plans.get(user.plan ?? defaultPlan) ?? plans.get(defaultPlan);
  if (plan === undefined) throw new Error(`There is no plan "${defaultPlan}".`);
  return plan;
}

/** The plans that are offered, in the order in which they are sold, for `GET /plans`. */
export function listPlans(plans: Plans): readonly Plan[] {
  const offered = [...plans.values()].filter(({ name }) => !unlistedPlans.has(name));
  return offered.sort((a, b) => a.sessions - b.sessions || a.messagesPerDay - b.messagesPerDay);
}

function parseChanges(text: string): z.output<typeof changes> {
  if (text === '') return {};
  if (text.length > textLengthMax) throw new Error(`PLANS is longer than ${textLengthMax} characters.`);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new Error('PLANS is not valid JSON.', { cause });
  }
  const parsed = changes.safeParse(json);
  if (!parsed.success) throw new Error(`PLANS is not valid: ${firstIssue(parsed.error)}.`);
  return parsed.data;
}

function firstIssue(error: z.core.$ZodError): string {
  const issue = error.issues[0];
  return issue === undefined ? 'unknown' : `${issue.path.join('.') || 'the whole'}: ${issue.message}`;
}
