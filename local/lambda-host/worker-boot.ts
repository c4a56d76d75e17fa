import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import type { FunctionErrorPayload, InvokeRequest, WorkerMessage, WorkerStart } from './protocol.ts';

/** The first file of a worker thread that stands for one Lambda execution environment: loads the handler, then runs one invocation at a time. */
type Handler = (event: unknown, context: object) => unknown;

const start = workerData as WorkerStart;
/** Extensions in the order in which Lambda looks for the handler's module. */
const moduleExtensions = ['.js', '.mjs', '.cjs'];

// NODE_OPTIONS has no effect in a worker thread.
process.setSourceMapsEnabled(true);

async function loadHandler(): Promise<Handler> {
  const [moduleName = '', ...path] = start.handler.split('.');
  const file = moduleExtensions.map((extension) => join(start.codeFolder, moduleName + extension)).find(existsSync);
  if (file === undefined) throw new Error(`Cannot find module '${moduleName}' in the bundle.`);
  const loaded: Record<string, unknown> = await import(pathToFileURL(file).href);
  const handler = follow(loaded, path) ?? follow(loaded.default, path);
  if (typeof handler !== 'function') throw new Error(`${start.handler} is not a function.`);
  return handler as Handler;
}

function follow(root: unknown, path: readonly string[]): unknown {
  return path.reduce((value, key) => (value as Record<string, unknown> | undefined)?.[key], root);
}

function contextOf(request: InvokeRequest): object {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: start.functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: start.functionArn,
    memoryLimitInMB: String(start.memoryMegabytes),
    awsRequestId: request.requestId,
    logGroupName: `/aws/lambda/${start.functionName}`,
    logStreamName: start.logStreamName,
    getRemainingTimeInMillis: () => Math.max(0, request.deadlineMs - Date.now()),
  };
}

async function invoke(handler: Handler, request: InvokeRequest): Promise<WorkerMessage> {
  try {
    const result = await handler(JSON.parse(request.eventJson), contextOf(request));
    return { kind: 'result', resultJson: JSON.stringify(result ?? null) };
  } catch (error) {
    return { kind: 'error', error: describeError(error) };
  }
}

function describeError(error: unknown): FunctionErrorPayload {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
}

function send(message: WorkerMessage): void {
  parentPort?.postMessage(message);
}

try {
  const handler = await loadHandler();
  parentPort?.on('message', async (request: InvokeRequest) => send(await invoke(handler, request)));
  send({ kind: 'ready' });
} catch (error) {
  send({ kind: 'init-failed', error: describeError(error) });
}
