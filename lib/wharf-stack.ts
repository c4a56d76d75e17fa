import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { loadPlans } from '../core/plans/index.ts';
import { createApiFunctions, WharfHttpApi } from './api/index.ts';
import { createMediaBucket, Secrets, Tables } from './data/index.ts';
import { EventFunctions, EventQueues } from './events/index.ts';
import { ConnectorService, Scaler, ShardQueues, shardRanges } from './fleet/index.ts';
import { Mail } from './mail/index.ts';
import { Monitoring } from './monitoring/index.ts';
import type { WharfOptions } from './options.ts';
import { addOutputs } from './outputs.ts';
import { addParameters } from './parameters.ts';

export interface WharfStackProps extends StackProps {
  readonly options: WharfOptions;
  /** Where `bundleAll` has written: `lambdas/<name>/index.mjs` and `connector/`. */
  readonly bundleFolder: string;
  /** What `readPlansFile` read; none means the shipped plans. */
  readonly plansText?: string;
}

/**
 * The whole deployment: data, queues, functions, API and connector fleet.
 *
 * @example new WharfStack(app, 'Wharf-production', { options: readOptions({}), bundleFolder: 'dist' });
 */
export class WharfStack extends Stack {
  constructor(scope: Construct, id: string, props: WharfStackProps) {
    const { options, bundleFolder, plansText = '', ...stackProps } = props;
    super(scope, id, {
      description: 'Wharf: a multi-tenant WhatsApp API',
      terminationProtection: options.deletionProtection,
      ...stackProps,
    });
    const namePrefix = `wharf-${options.stage}`;
    const parameters = addParameters(this, loadPlans(plansText));
    const tables = new Tables(this, 'Tables', options);
    const secrets = new Secrets(this, 'Secrets', options);
    const mediaBucket = createMediaBucket(this, 'Media', options);
    const shardQueues = new ShardQueues(this, 'ShardQueues', { namePrefix, shards: options.shards });
    const queues = new EventQueues(this, 'EventQueues', { namePrefix });
    const shared = { bundleFolder, options, parameters, tables, secrets, plansText };

    const eventFunctions = new EventFunctions(this, 'EventFunctions', { ...shared, queues });
    const fleet = new ConnectorService(this, 'Fleet', {
      ...shared,
      shardQueues,
      mediaBucket,
      eventsQueue: queues.events,
    });
    const scaler = new Scaler(this, 'Scaler', { ...shared, namePrefix, fleet });
    const mail =
      options.mailFrom === undefined
        ? undefined
        : new Mail(this, 'Mail', { ...shared, namePrefix, from: options.mailFrom });
    const functions = createApiFunctions(this, {
      ...{ ...shared, plansText, shardQueues, mediaBucket },
      eventsQueue: queues.events,
      lanes: { fast: queues.deliveries, slow: queues.slowDeliveries },
      wakeQueue: scaler.wakeQueue,
      mailsQueue: mail?.queue,
    });
    const api = new WharfHttpApi(this, 'HttpApi', { options, functions });
    new Monitoring(this, 'Monitoring', {
      ...{ namePrefix, options },
      queues: {
        events: queues.events,
        lanes: { Deliveries: queues.deliveries, SlowDeliveries: queues.slowDeliveries },
        deadLetters: {
          Events: queues.eventsDead,
          Deliveries: queues.deliveriesDead,
          ...(mail === undefined ? {} : { Mails: mail.deadLetters }),
        },
        commandsDeadLetters: shardQueues.deadLetters,
        furtherCommandsDeadLetters: shardRanges(namePrefix, options.shards)
          .slice(1)
          .map(({ deadLettersName }) => deadLettersName),
      },
      services: {
        api: api.api,
        functions: {
          ...watchedFunctions(functions, eventFunctions, scaler),
          ...(mail === undefined ? {} : { Mail: mail.function }),
        },
        scaler: scaler.function,
        sweep: eventFunctions.sweep,
        tables: {
          Control: tables.control,
          Keys: tables.keys,
          Messages: tables.messages,
          Deliveries: tables.deliveries,
          Fleet: tables.fleet,
        },
      },
    });

    addOutputs(this, { options, tables, mediaBucket, queues, shardQueues, api, mail });
  }
}

/** Every function, by what stands in the names of its alarms. */
function watchedFunctions(
  api: ReturnType<typeof createApiFunctions>,
  { fanOut, deliver, sweep, recover }: EventFunctions,
  scaler: Scaler,
) {
  const named = Object.entries(api).map(([name, lambda]) => [pascalCase(name), lambda] as const);
  const events = { FanOut: fanOut, Deliver: deliver, Sweep: sweep, Recover: recover };
  return { ...Object.fromEntries(named), ...events, Scaler: scaler.function };
}

function pascalCase(name: string): string {
  return name.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
