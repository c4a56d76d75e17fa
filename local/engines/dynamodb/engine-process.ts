import { once } from 'node:events';
import { get } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { startTiedChild, type TiedChild } from '../process/tied-child.ts';

export interface EngineProcess {
  readonly endpoint: string;
  readonly child: TiedChild;
}

/** A Java engine on a busy machine takes three seconds; beyond twenty something is wrong. */
const startMsMax = 20_000;
const pollMs = 5;
/** A free port may be taken between finding and using it; three losses in a row are no coincidence. */
const attemptsMax = 3;

/**
 * Starts an engine that listens on a port given to it and waits until it answers. Neither engine can say which port it chose by itself.
 *
 * @example await startEngineProcess({ port: undefined, command: (port) => ({ command: binary, arguments: ['--port', String(port)] }) })
 */
export async function startEngineProcess(options: {
  readonly name: string;
  readonly port: number | undefined;
  command(port: number): { readonly command: string; readonly arguments: readonly string[]; readonly folder?: string };
  onUnexpectedEnd(description: string): void;
}): Promise<EngineProcess> {
  let lastOutput = '';
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    const port = await claimPort(options.name, options.port ?? 0);
    const { command, arguments: childArguments, folder } = options.command(port);
    let ready = false;
    const child = await startTiedChild({
      command,
      arguments: childArguments,
      ...(folder === undefined ? {} : { workingFolder: folder }),
      onUnexpectedEnd: (description, output) => {
        if (ready) options.onUnexpectedEnd(`${options.name} ended by itself (${description}): ${lastLine(output)}`);
      },
    });
    ready = await answers(port, child);
    if (ready) return { endpoint: `http://127.0.0.1:${port}`, child };
    lastOutput = child.output();
    await child.stop();
    const portLost = options.port === undefined && /in use/i.test(lastOutput);
    if (!portLost) break;
  }
  throw new Error(`${options.name} did not start: ${lastLine(lastOutput) || 'it gave no answer and no reason'}`);
}

async function answers(port: number, child: TiedChild): Promise<boolean> {
  const deadline = Date.now() + startMsMax;
  while (!child.ended() && Date.now() < deadline) {
    // Another process on the same port would answer too, so the child must still live after the answer.
    if (await isAnswered(port)) return !child.ended();
    await delay(pollMs);
  }
  return false;
}

function isAnswered(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, path: '/', agent: false, timeout: 1_000 }, (response) => {
      response.resume();
      resolve(true);
    });
    request.once('timeout', () => request.destroy());
    request.once('error', () => resolve(false));
  });
}

/** The port itself when it is free, any free one for 0. Asked before the engine starts, since another program's answer would pass for its own. */
async function claimPort(name: string, port: number): Promise<number> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code === 'EADDRINUSE' ? 'the port is in use' : String(error);
    throw new Error(`${name} cannot listen on 127.0.0.1:${port}: ${reason}.`, { cause: error });
  }
  const claimed = (server.address() as AddressInfo).port;
  server.close();
  await once(server, 'close');
  return claimed;
}

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1) ?? '';
}
