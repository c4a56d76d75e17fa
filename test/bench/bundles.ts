import { execFileSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { environmentNames } from '../../core/environment.ts';
import { atMost, type Figure, percentile } from './report.ts';

const lambdasFolder = join(import.meta.dirname, '../../dist/lambdas');
const eventFunctions = new Set(['fan-out', 'deliver', 'sweep', 'recover']);
const runs = 9;

/** Size and import time of each function's bundle; modules that the Lambda runtime has loaded anyway are loaded first. */
export async function measureBundles(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const name of (await readdir(lambdasFolder)).sort()) {
    const file = join(lambdasFolder, name, 'index.mjs');
    const bytes = await readFile(file);
    const goal = eventFunctions.has(name) ? 260 : 330;
    figures.push(atMost(`${name}: minified`, bytes.length / 1000, 'kB', goal));
    figures.push(atMost(`${name}: gzip`, gzipSync(bytes).length / 1000, 'kB'));
    figures.push(atMost(`${name}: import, median of ${runs}`, percentile(importTimesMs(file), 0.5), 'ms', 60));
  }
  return figures;
}

function importTimesMs(file: string): number[] {
  const script = `
    await Promise.all(['http', 'https', 'stream/promises', 'fs/promises', 'crypto', 'util'].map((name) => import('node:' + name)));
    const startedAt = performance.now();
    await import(${JSON.stringify(file)});
    console.log(performance.now() - startedAt);
    process.exit(0);`;
  const environment = { ...process.env, ...fakeEnvironment };
  return Array.from({ length: runs }, () =>
    Number(execFileSync(process.execPath, ['--input-type=module', '-e', script], { env: environment }).toString()),
  );
}

/** Values that let handlers construct their clients; nothing is called. Whatever else a handler asks for is a number. */
const fakeEnvironment = {
  ...Object.fromEntries(Object.values(environmentNames).map((name) => [name, '1'])),
  PLANS: '',
  WEBHOOK_ALLOWED_CIDRS: '',
  PROXY_PORTS: '',
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'bench',
  STAGE: 'bench',
  LOG_LEVEL: 'ERROR',
  CONTROL_TABLE: 'control',
  KEYS_TABLE: 'keys',
  MESSAGES_TABLE: 'messages',
  DELIVERIES_TABLE: 'deliveries',
  FLEET_TABLE: 'fleet',
  EVENTS_QUEUE_URL: 'http://127.0.0.1:1/0/events.fifo',
  DELIVERIES_QUEUE_URL: 'http://127.0.0.1:1/0/deliveries',
  SLOW_DELIVERIES_QUEUE_URL: 'http://127.0.0.1:1/0/deliveries-slow',
  SHARD_QUEUE_URL_PREFIX: 'http://127.0.0.1:1/0/wharf',
  SHARD_COUNT: '8',
  WAKE_QUEUE_URL: 'http://127.0.0.1:1/0/wake',
  ECS_CLUSTER: 'fleet',
  ECS_SERVICE: 'connectors',
  WORKERS_MIN: '2',
  WORKERS_MAX: '20',
  ZERO_AFTER_MINUTES: '15',
  WORKER_CAPACITY: '400',
  MEDIA_BUCKET: 'media',
  JWT_SECRET_ARN: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:jwt',
  SEALING_KEY_ID: 'arn:aws:kms:us-east-1:000000000000:key/bench',
  REGISTRATION_MODE: 'open',
  DEFAULT_PLAN: 'free',
};
