import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import jsqrModule from 'jsqr';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExampleReceiver, startExampleReceiver } from '../docs/support/example-receiver.ts';
import {
  type Example,
  type ExampleOptions,
  freePort,
  languages,
  missing,
  type Program,
  startExample,
  type TemporaryFolder,
  temporaryFolder,
} from '../docs/support/examples.ts';
import { guides, keyPaths, readBlocks } from '../docs/support/guide-blocks.ts';
import { waitFor } from '../support/wait-for.ts';
import { type LocalStack, startStack } from './support/local-stack.ts';
import { createTenant, type Tenant } from './support/tenant.ts';

// jsqr is CommonJS with a default inside its default.
const jsqr =
  (jsqrModule as unknown as { default?: typeof jsqrModule.default }).default ??
  (jsqrModule as unknown as typeof jsqrModule.default);

const owners = { node: '491520000001', python: '491520000002', php: '491520000003' } as const;
const customers = { node: '491520000011', python: '491520000012', php: '491520000013' } as const;

/** What a phone's camera does; undefined while the file is not there or half written. */
async function readQr(file: string): Promise<string | undefined> {
  try {
    const png = PNG.sync.read(await readFile(file));
    return jsqr(new Uint8ClampedArray(png.data), png.width, png.height)?.data;
  } catch {
    // The example writes it in a moment.
    return undefined;
  }
}

/** What a receiver has kept, and whether it was handled. */
// biome-ignore lint/suspicious/noExplicitAny: events of every type
async function inboxEvents(inbox = ''): Promise<readonly any[]> {
  const names = await readdir(inbox);
  return Promise.all(
    names
      .filter((name) => name.endsWith('.json'))
      .map(async (name) => ({
        ...JSON.parse(await readFile(join(inbox, name), 'utf8')),
        handled: names.includes(name.replace(/json$/, 'done')),
      })),
  );
}

describe('the examples of the guides, through the whole stack', () => {
  let stack: LocalStack;
  let tenant: Tenant;
  let folder: TemporaryFolder;

  beforeAll(async () => {
    [stack, folder] = await Promise.all([startStack(), temporaryFolder()]);
    tenant = await createTenant(stack);
  });

  afterAll(async () => {
    await stack?.dispose();
    await folder?.remove();
  });

  it('connects a client in a page of the SaaS, by a code that is typed instead of scanned', async () => {
    const phone = '491520000009';
    await stack.simulator.createPhone(phone, 'Typing owner');
    const example = startExample('node', 'connect-page', {
      environment: {
        PORT: '0',
        WHARF_API: tenant.client.api,
        WHARF_KEY: tenant.key,
        WHARF_WEBHOOK_URL: 'http://127.0.0.1:9/hook',
      },
    });
    const port = () => /listening on (\d+)\n/.exec(example.output())?.[1];
    const ask = async (method: string, path: string, body?: unknown) => {
      const response = await fetch(`http://127.0.0.1:${port()}${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      expect(response.status, example.output()).toBe(200);
      return response;
    };
    try {
      await waitFor('the page to be served', port);
      const page = await (await ask('GET', '/')).text();
      expect(page).toContain('<title>Connect WhatsApp</title>');
      expect(page).not.toContain(tenant.key);
      await ask('POST', '/connect');
      // While the connector is still starting, the page is told to ask again.
      const shown = await waitFor('a code on the page', async () => {
        const state = (await (await ask('GET', '/connect/state')).json()) as { reason: string | null };
        return state.reason !== 'starting' && state.reason !== 'connecting' && state;
      });
      expect(shown).toMatchObject({ reason: null, qrCode: expect.stringMatching(/^data:image\/png;base64,/) });
      const typed = await ask('POST', '/connect/pairing-code', { phone: `+${phone}` });
      const { code } = (await typed.json()) as { code: string };
      await stack.simulator.linkCode(phone, code);
      await waitFor('the page to say that the client is connected', async () => {
        const state = await ask('GET', '/connect/state');
        return ((await state.json()) as { reason: string | null }).reason === 'connected';
      });
    } finally {
      await example.stop();
    }
  });

  describe.each(languages)('%s', (language) => {
    const test = it.runIf(missing(language) === undefined);
    const owner = owners[language];
    const customer = customers[language];
    let session: { sessionId: string; apiKey: string; webhook: { secret: string } };
    let receiver: ExampleReceiver | undefined;
    let environment: Record<string, string>;

    afterAll(() => receiver?.stop());

    const run = (program: Program, options: ExampleOptions) => startExample(language, program, options);
    /** The phone's messages with this text, once there is one. */
    const receivedText = (fits: (text: string) => boolean) =>
      waitFor('the message on the phone', async () => {
        const messages = (await stack.simulator.received(customer)).filter(({ text }) => fits(text));
        return messages.length > 0 ? messages : undefined;
      });
    const ended = async (example: Example) => {
      const code = await example.exited();
      expect(code, example.output()).toBe(0);
      return example.output();
    };

    test('creates a session, shows its QR and sees the client connect', async () => {
      await stack.simulator.createPhone(owner, `Owner ${language}`);
      await stack.simulator.createPhone(customer, `Customer ${language}`);
      const port = await freePort();
      const qrFile = join(folder.path, `${language}.png`);
      const example = run('connect-client', {
        programArguments: [`customer-${language}`, 'Client ABC'],
        environment: {
          WHARF_API: tenant.client.api,
          WHARF_KEY: tenant.key,
          WHARF_WEBHOOK_URL: `http://127.0.0.1:${port}/hook`,
          WHARF_QR_FILE: qrFile,
        },
      });
      const printed = await waitFor('the session', () => {
        if (example.process.exitCode !== null) throw new Error(example.output());
        return /^.*\n/.exec(example.output())?.[0];
      });
      session = JSON.parse(printed);
      environment = {
        WHARF_API: tenant.client.api,
        WHARF_KEY: session.apiKey,
        WHARF_SESSION: session.sessionId,
        WHARF_WEBHOOK_SECRET: session.webhook.secret,
        WHARF_INBOX: join(folder.path, language),
      };
      // Before the session has more to tell: an endpoint that does not answer is left alone for half a minute, and then for longer.
      receiver = await startExampleReceiver({ language, work: 'sales-assistant', port, environment });
      const qr = await waitFor('the QR picture', () => {
        if (example.process.exitCode !== null) throw new Error(example.output());
        return readQr(qrFile);
      });
      await stack.simulator.scan(owner, qr);
      expect(await ended(example)).toContain(`Session ${session.sessionId} is connected.`);
    });

    test('sends a message once, however often it is told to', async () => {
      const programArguments = [`+${customer}`, 'Your order is ready', `order-4711-ready-${language}`];
      const first = await ended(run('send-message', { programArguments, environment }));
      const second = await ended(run('send-message', { programArguments, environment }));
      expect(second.split('\n')[0]).toBe(first.split('\n')[0]);
      const messages = await receivedText((text) => text === 'Your order is ready');
      expect(messages).toMatchObject([{ id: first.split('\n')[0], from: owner, copies: 1 }]);
    });

    test('answers the questions of a customer until a person is wanted', async () => {
      const ask = (text: string) => stack.simulator.send(customer, owner, text);
      await ask('What is the PRICE of a croissant?');
      expect(await receivedText((text) => text.includes('croissant'))).toMatchObject([
        { text: 'Butter croissant: 1.90 EUR', copies: 1 },
      ]);
      await ask('price');
      const all = await receivedText((text) => text.includes('Sourdough'));
      expect(all[0]?.text.split('\n')).toHaveLength(3);
      await ask('When are you open?');
      await receivedText((text) => text.includes('Monday to Saturday'));
      await ask('I want to talk to a human');
      await receivedText((text) => text.includes('Somebody of our team'));
      const before = (await stack.simulator.received(customer)).length;
      const { id } = await ask('price?');
      // The assistant is silent, so its inbox says that it has seen the question.
      await waitFor('the last question to be handled', async () =>
        (await inboxEvents(environment.WHARF_INBOX)).some(({ data, handled }) => handled && data.messageId === id),
      );
      expect(await stack.simulator.received(customer)).toHaveLength(before);
      await tenant.client.request('POST', `/sessions/${session.sessionId}/stop`);
      await waitFor('events of what became of messages and session', async () => {
        const statuses = (await inboxEvents(environment.WHARF_INBOX)).map(({ type, data }) => `${type} ${data.status}`);
        return ['message.status delivered', 'status.change stopped'].every((one) => statuses.includes(one));
      });
    }, 600_000);
  });

  it('brings events of the shapes that the guides show', async () => {
    // Those of docs/webhooks.md are all there are, and are held to the schemas by a test of their own.
    const walked = guides.filter((guide) => guide !== 'docs/webhooks.md');
    const blocks = (await Promise.all(walked.map(readBlocks))).flat().filter(({ attributes }) => 'event' in attributes);
    const events = await inboxEvents(join(folder.path, 'node'));
    expect(blocks.length).toBeGreaterThan(2);
    for (const { text, attributes } of blocks) {
      const shapes = events
        .filter(({ type }) => type === attributes.event)
        .map(({ handled, ...event }) => keyPaths(event));
      expect(shapes).toContainEqual(keyPaths(JSON.parse(text)));
    }
  });
});
