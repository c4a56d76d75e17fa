import { describe, expect, it } from 'vitest';
import { checkSimulator } from '../../../connector/engine/baileys/trust-simulator.ts';

const rootKey = Buffer.alloc(32, 1).toString('base64');

describe('checkSimulator', () => {
  it.each(['ws://127.0.0.1:4010/ws/chat', 'ws://127.8.9.1', 'ws://localhost:1', 'ws://[::1]:80', 'wss://127.0.0.1'])(
    'trusts loopback: %s',
    (url) => {
      expect(checkSimulator({ url, rootKey }).rootKey).toHaveLength(32);
    },
  );

  it('trusts the one host that was named, in any case', () => {
    const settings = { url: 'wss://Simulator.example.com', rootKey };
    expect(checkSimulator({ ...settings, allowedHost: 'simulator.EXAMPLE.com' }).url).toContain(
      'simulator.example.com',
    );
    expect(() => checkSimulator({ ...settings, allowedHost: 'example.com' })).toThrow(/neither loopback/);
  });

  it.each([
    'wss://web.whatsapp.com',
    'ws://10.0.0.1',
    'ws://127.0.0.1.example.com',
    'ws://0.0.0.0',
    'ws://[::ffff:7f00:1]',
  ])('refuses %s', (url) => {
    expect(() => checkSimulator({ url, rootKey })).toThrow(/does not start/);
  });

  it('refuses what is no address and no key', () => {
    expect(() => checkSimulator({ url: 'http://127.0.0.1', rootKey })).toThrow(/ws:\/\//);
    expect(() => checkSimulator({ url: 'nonsense', rootKey })).toThrow(/does not start/);
    expect(() => checkSimulator({ url: 'ws://127.0.0.1', rootKey: 'AAAA' })).toThrow(/32 bytes/);
  });
});
