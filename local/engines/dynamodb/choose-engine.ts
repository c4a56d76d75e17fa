import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { endLeftover, removePidFile, writePidFile } from '../process/pid-file.ts';
import type { DynamodbEngine, DynamodbOptions } from './dynamodb-engine.ts';
import { acceptedDynamodbLocalFolder, dynamodbLocalCommand, dynamodbLocalVariables } from './dynamodb-local.ts';
import { dynoxidePackageName, findDynoxideBinary } from './dynoxide-binary.ts';
import { startEngineProcess } from './engine-process.ts';

/** Names an engine that already runs somewhere and that the stack shall use. */
export const dynamodbEndpointVariable = 'WHARF_DYNAMODB_ENDPOINT';

export interface RunningEngine {
  readonly kind: DynamodbEngine['kind'];
  readonly endpoint: string;
  stop(): Promise<void>;
}

/**
 * Finds a DynamoDB: the endpoint that the user names, else the native engine, else DynamoDB Local if its licence was accepted, else an error
 * that says what to install. There is no engine in plain JavaScript with transactions, so none is tried.
 */
export async function chooseEngine(
  options: DynamodbOptions,
  onTrouble: (message: string) => void,
  findBinary: () => string | undefined = findDynoxideBinary,
): Promise<RunningEngine> {
  const environment = options.environment ?? process.env;
  const named = environment[dynamodbEndpointVariable];
  if (named) return { kind: 'named endpoint', endpoint: named.replace(/\/$/, ''), stop: async () => undefined };
  const binary = findBinary();
  if (binary !== undefined) return startDynoxide(binary, options, onTrouble);
  const folder = acceptedDynamodbLocalFolder(environment);
  if (folder !== undefined) return startDynamodbLocal(folder, options, onTrouble);
  throw new Error(
    `No DynamoDB engine: the package ${dynoxidePackageName()} is not installed. Run npm install on a platform that has it, or name a running engine in ${dynamodbEndpointVariable}, or accept the licence of DynamoDB Local with ${dynamodbLocalVariables.acceptLicence}=yes and name its folder in ${dynamodbLocalVariables.folder}.`,
  );
}

async function startDynoxide(
  binary: string,
  { dataFolder, port, authorize }: DynamodbOptions,
  onTrouble: (message: string) => void,
): Promise<RunningEngine> {
  const pidFile = dataFolder === undefined ? undefined : join(dataFolder, 'dynamodb.pid');
  if (dataFolder !== undefined) mkdirSync(dataFolder, { recursive: true });
  // Two engines on one database file would each cache what the other changes.
  if (pidFile !== undefined) await endLeftover(pidFile, binary);
  const { endpoint, child } = await startEngineProcess({
    name: 'The DynamoDB engine',
    port: authorize === undefined ? port : undefined,
    command: (childPort) => ({
      command: binary,
      arguments: [
        'serve',
        '--port',
        String(childPort),
        ...(dataFolder === undefined ? [] : ['--db-path', join(dataFolder, 'dynamodb.sqlite')]),
      ],
    }),
    onUnexpectedEnd: onTrouble,
  });
  if (pidFile !== undefined) writePidFile(pidFile, child.pid);
  return {
    kind: 'dynoxide',
    endpoint,
    stop: async () => {
      await child.stop();
      if (pidFile !== undefined) removePidFile(pidFile);
    },
  };
}

async function startDynamodbLocal(
  folder: string,
  { dataFolder, port, authorize }: DynamodbOptions,
  onTrouble: (message: string) => void,
): Promise<RunningEngine> {
  if (dataFolder !== undefined) mkdirSync(dataFolder, { recursive: true });
  const { endpoint, child } = await startEngineProcess({
    name: 'DynamoDB Local',
    port: authorize === undefined ? port : undefined,
    command: (childPort) => dynamodbLocalCommand(folder, childPort, dataFolder),
    onUnexpectedEnd: onTrouble,
  });
  return { kind: 'DynamoDB Local', endpoint, stop: () => child.stop() };
}
