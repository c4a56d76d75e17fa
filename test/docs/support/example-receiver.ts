import { connect } from 'node:net';
import { waitFor } from '../../support/wait-for.ts';
import { type Example, freePort, type Language, type Program, startExample } from './examples.ts';

export interface ExampleReceiver {
  readonly url: string;
  /** What server and worker printed. */
  output(): string;
  stop(): Promise<void>;
}

export interface ExampleReceiverOptions {
  readonly language: Language;
  /** What does the work: `handle-webhooks` prints, `sales-assistant` answers. */
  readonly work: 'print' | 'sales-assistant';
  readonly port?: number;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Starts a language's web server and what does its work: one process in Node.js and Python, two in PHP. Resolves when the port takes
 * connections.
 */
export async function startExampleReceiver(options: ExampleReceiverOptions): Promise<ExampleReceiver> {
  const { language } = options;
  // Node.js and Python take a free port and tell which; one that is looked for beforehand may be taken until they start.
  const wanted = options.port ?? (language === 'php' ? await freePort() : 0);
  const environment = { ...options.environment, PORT: String(wanted), HOST: '127.0.0.1' };
  const examples: Example[] = [];
  const start = (program: Program, interpreterArguments: readonly string[] = []) =>
    examples.push(startExample(language, program, { environment, interpreterArguments }));
  if (language === 'php') {
    start('receive-webhooks', ['-S', `127.0.0.1:${wanted}`]);
    start(options.work === 'print' ? 'handle-webhooks' : 'sales-assistant');
  } else {
    start(options.work === 'print' ? 'receive-webhooks' : 'sales-assistant');
  }
  const output = () => examples.map((example) => example.output()).join('');
  const port = await waitFor(`the ${language} receiver to listen`, async () => {
    const ended = examples.find((example) => example.process.exitCode !== null);
    if (ended !== undefined) throw new Error(`An example ended with ${ended.process.exitCode}:\n${output()}`);
    const listening = wanted === 0 ? Number(/listening on (\d+)\n/.exec(output())?.[1]) : wanted;
    return listening > 0 && (await takesConnections(listening)) ? listening : undefined;
  });
  return {
    url: `http://127.0.0.1:${port}/hook`,
    output,
    stop: async () => {
      await Promise.all(examples.map((example) => example.stop()));
    },
  };
}

function takesConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (isOpen: boolean) => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}
