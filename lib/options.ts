import { z } from 'zod';
import { logRetentionDaysAllowed } from './shared/log-retention.ts';

/** Fargate's pairs of CPU units and memory that the connector may use; other pairs are refused by ECS only at deployment. */
const taskMemoryMiBByCpu: Readonly<Record<number, { readonly min: number; readonly max: number }>> = {
  256: { min: 512, max: 2_048 },
  512: { min: 1_024, max: 4_096 },
  1024: { min: 2_048, max: 8_192 },
  2048: { min: 4_096, max: 16_384 },
};

const schema = z
  .strictObject({
    /** Part of every name, so that several stages live in one account. */
    stage: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,19}$/, 'must be at most 20 lower-case letters, digits and hyphens')
      .default('production'),
    /** Virtual shards, one FIFO queue each. May be raised later, never lowered: a session keeps the shard it was created on. */
    shards: z.int().min(1).max(1_000).default(64),
    taskCpu: z.literal([256, 512, 1024, 2048]).default(1024),
    taskMemoryMiB: z.int().default(2_048),
    /** Sessions that one connector takes at most. */
    workerCapacity: z.int().min(1).max(2_000).default(400),
    /** Of one medium that comes in; larger ones are told of and not fetched. */
    mediaMegabytesMax: z.int().min(1).max(2_048).default(100),
    logLevel: z.enum(['DEBUG', 'INFO', 'WARN', 'ERROR']).default('INFO'),
    logRetentionDays: z.literal([...logRetentionDaysAllowed]).default(30),
    /** Browser origins that may call the API and upload media; none by default. */
    corsOrigins: z
      .array(z.string().regex(/^(\*|https?:\/\/[^/]+)$/, 'must be `*` or an origin without a path'))
      .default([]),
    /** Requests a second that the API takes as a whole, and how many at once. */
    apiRateLimit: z.int().min(1).default(500),
    apiBurstLimit: z.int().min(1).default(1_000),
    /** Sender of the mails that set passwords, verified in SES in this region; without it Wharf sends no mail. */
    mailFrom: z
      .string()
      .regex(/^[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/, 'must be a plain e-mail address')
      .optional(),
    /** Address of your page that takes the token of such a mail, which is put behind it; without it the mail tells of the API. */
    passwordResetUrl: z
      .string()
      .regex(/^https?:\/\/[^\s/]+\S*$/, 'must be an http(s) address')
      .max(500)
      .optional(),
    /** Ports beside 443 at which sessions may reach a proxy of their own; each is opened in the connectors' network. */
    proxyPorts: z.array(z.int().min(1).max(65_535)).max(20).default([]),
    /** Who is told when an alarm fires or ends; without it, subscribe to the topic yourself. */
    alarmEmail: z
      .string()
      .regex(/^[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/, 'must be a plain e-mail address')
      .optional(),
    /** Where your copy of the runbook is read; alarms link to its articles. */
    runbookUrl: z
      .string()
      .regex(/^[^\s#]{1,300}$/, 'must be an address without #')
      .default('docs/runbook.md'),
    /** X-Ray tracing of the functions. */
    tracing: z.boolean().default(false),
    /** Keeps tables, media and the sealing key when the stack is deleted, and refuses to delete it. */
    deletionProtection: z.boolean().default(true),
  })
  .refine(
    ({ taskCpu, taskMemoryMiB }) => {
      const range = taskMemoryMiBByCpu[taskCpu];
      return (
        range !== undefined && taskMemoryMiB >= range.min && taskMemoryMiB <= range.max && isWholeStep(taskMemoryMiB)
      );
    },
    {
      path: ['taskMemoryMiB'],
      error: 'does not go with taskCpu: Fargate takes 2 to 8 GiB for each vCPU, in whole GiB',
    },
  );

/** The settings of a deployment, complete and checked. */
export type WharfOptions = Readonly<z.output<typeof schema>>;

const objectKey = 'wharf';
/** Read by `bin/wharf.ts` itself. */
const switches = new Set(['nag']);

/**
 * Reads the options from the CDK context: the object `wharf` of `cdk.json`, then single options by their bare names
 * (`-c shards=128`), which win. Values from a command line are text; they are read as JSON where that is possible. Throws one
 * sentence per fault. A bare name that is no option is a fault too; names with a colon or an @ belong to CDK.
 *
 * @example readOptions({ wharf: { stage: 'staging' }, shards: '16' }).shards // 16
 */
export function readOptions(context: Readonly<Record<string, unknown>>): WharfOptions {
  const base = fromText(context[objectKey] ?? {});
  if (typeof base !== 'object' || base === null || Array.isArray(base)) {
    throw new Error('The context value `wharf` must be an object of options.');
  }
  const single = Object.entries(context)
    .filter(([key]) => key !== objectKey && !switches.has(key) && !/[:@]/.test(key))
    .map(([key, value]) => [key, fromText(value)] as const);
  const result = schema.safeParse({ ...base, ...Object.fromEntries(single) });
  if (result.success) return result.data;
  throw new Error(
    `The options of the stack are not valid.\n${result.error.issues.map(sentence).join('\n')}\nAll options: docs/deploy.md.`,
  );
}

function fromText(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    // Plain text such as a stage's name is its own value.
    return value;
  }
}

function sentence(issue: z.core.$ZodIssue): string {
  return issue.code === 'unrecognized_keys'
    ? `- There is no option ${issue.keys.map((key) => `\`${key}\``).join(', ')}.`
    : `- \`${issue.path.join('.')}\`: ${issue.message}`;
}

/** 512 MiB is the one half step, and only with the smallest CPU. */
function isWholeStep(memoryMiB: number): boolean {
  return memoryMiB === 512 || memoryMiB % 1_024 === 0;
}
