import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { apiBasePath } from '../core/http/api-routes.ts';
import { processAlive } from './process/process-alive.ts';

/** Where everything listens, as `endpoints.json` tells tools and tests. */
export interface Endpoints {
  /** Without the base path. */
  readonly api: string;
  /** The simulator's control API. */
  readonly simulator: string;
  /** Where WhatsApp clients connect. */
  readonly simulatorSocket: string;
  /** The same as `simulator`, by a longer name. */
  readonly simulatorControl: string;
  readonly control: string;
  readonly dynamodb: string;
  readonly sqs: string;
  readonly s3: string;
  readonly secretsManager: string;
  readonly kms: string;
  /** Process id of the runner. */
  readonly pid: number;
}

const endpointsFileName = 'endpoints.json';

/** Writes the endpoints into each folder; whoever watches for the file never sees half of it. */
export function writeEndpoints(endpoints: Endpoints, folders: readonly string[]): void {
  for (const folder of folders) {
    const file = join(folder, endpointsFileName);
    mkdirSync(dirname(file), { recursive: true });
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, `${JSON.stringify(endpoints, null, 2)}\n`);
    renameSync(draft, file);
  }
}

/** Removes this runner's files, and those of runners that were killed; a file of another living runner stays. */
export function removeEndpoints(folders: readonly string[]): void {
  for (const file of folders.map((folder) => join(folder, endpointsFileName))) {
    const writer = writerOf(file);
    if (writer === process.pid || (typeof writer === 'number' && !processAlive(writer))) rmSync(file, { force: true });
  }
}

function writerOf(file: string): unknown {
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as Partial<Endpoints>).pid;
  } catch {
    // No file, or none of ours: nothing to remove.
    return undefined;
  }
}

/** What the terminal shows when all is up: the addresses, and the next three steps as they can be pasted. */
export function welcomeText(endpoints: Endpoints, seconds: number, dataFolder: string): string {
  const api = `${endpoints.api}${apiBasePath}`;
  const json = "-H 'content-type: application/json'";
  const person = '"email":"me@example.com","password":"a long password"';
  return `
Wharf is up after ${seconds.toFixed(1)} s. Ctrl-C stops it.

  API        ${api}
  Simulator  ${endpoints.simulator}
  Control    ${endpoints.control}/status
  DynamoDB   ${endpoints.dynamodb}
  SQS        ${endpoints.sqs}
  S3         ${endpoints.s3}
  Data       ${dataFolder}

Next, in another terminal: an account, a key, a session.

  curl -s ${api}/auth/register ${json} -d '{${person},"name":"Me"}'
  TOKEN=$(curl -s ${api}/auth/login ${json} -d '{${person}}' | grep -o '"token":"[^"]*' | cut -d'"' -f4); KEY=$(curl -s ${api}/auth/api-keys -H "authorization: Bearer $TOKEN" ${json} -d '{"name":"SaaS Master Key"}' | grep -o 'wharf_ak_[A-Za-z0-9]*')
  curl -s ${api}/sessions -H "x-api-key: $KEY" ${json} -d '{"name":"Client ABC"}'
`;
}
