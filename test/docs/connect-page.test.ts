import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectFolder, quotable } from './support/guide-blocks.ts';

interface State {
  readonly reason: string | null;
  readonly qrCode: string | null;
}

const page = await readFile(join(projectFolder, 'docs/examples/connect-page.html'), 'utf8');
const script = quotable(page, 'script').replace(/^<script type="module">\n|<\/script>\n$/g, '');

/** Runs the page's script on the few things of a browser that it uses. `states` are the server's answers, in their order. */
async function openPage(states: readonly State[]) {
  const elements: Record<string, Record<string, unknown>> = { '#state': {}, '#qr': { hidden: true }, '#connect': {} };
  let click: () => Promise<void> = () => Promise.reject(new Error('Nobody listens to the button.'));
  const calls: string[] = [];
  /** Sentence and picture at each pause. */
  const shown: [unknown, unknown][] = [];
  const waiting = [...states];
  const see = () =>
    shown.push([elements['#state']?.textContent, elements['#qr']?.hidden ? null : elements['#qr']?.src]);
  const browser = {
    document: {
      querySelector: (name: string) =>
        Object.assign(elements[name] ?? {}, {
          addEventListener: (_: string, listener: typeof click) => {
            click = listener;
          },
        }),
    },
    fetch: async (path: string, { method }: { method: string }) => {
      calls.push(`${method} ${path}`);
      const answer = path === '/connect/state' ? waiting.shift() : {};
      return { ok: answer !== undefined, json: async () => answer };
    },
    setTimeout: (resume: () => void) => {
      see();
      resume();
    },
  };
  new Function(...Object.keys(browser), script)(...Object.values(browser));
  const press = async () => {
    await click();
    see();
  };
  return { press, calls, shown, button: elements['#connect'] ?? {} };
}

const code = (name: string): State => ({ reason: null, qrCode: `data:image/png;base64,${name}` });
const without = (reason: string): State => ({ reason, qrCode: null });

describe('the page in which a client connects', () => {
  it('shows each code and takes the picture away after the scan', async () => {
    const { press, calls, shown } = await openPage([
      without('starting'),
      code('one'),
      code('two'),
      without('connecting'),
      without('connected'),
    ]);
    await press();
    expect(calls[0]).toBe('POST /connect');
    expect(shown).toEqual([
      ['One moment …', null],
      [expect.stringContaining('scan'), 'data:image/png;base64,one'],
      [expect.stringContaining('scan'), 'data:image/png;base64,two'],
      ['Scanned. WhatsApp is connecting …', null],
      ['Connected.', null],
    ]);
  });

  it('offers to begin anew when nobody scanned', async () => {
    const { press, calls, button } = await openPage([without('qr_expired'), without('connected')]);
    await press();
    expect(button.disabled).toBe(false);
    await press();
    expect(calls).toEqual(['POST /connect', 'GET /connect/state', 'POST /connect/again', 'GET /connect/state']);
  });

  it('names a status that it has no sentence for, and says when the server fails', async () => {
    const { press, shown } = await openPage([without('banned')]);
    await press();
    expect(shown.at(-1)).toEqual(['banned', null]);
    await press();
    expect(shown.at(-1)).toEqual(['That did not work. Please try again.', null]);
  });
});
