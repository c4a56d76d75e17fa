import { describe, expect, it } from 'vitest';
import { createMediaNetwork } from '../../../connector/engine/baileys/media/media-network.ts';

describe('createMediaNetwork', () => {
  const network = createMediaNetwork(undefined);

  it('leads to the servers of WhatsApp only, whatever a message names', () => {
    expect(network.addressOf({ directPath: '/v/a.enc?x=1' })?.href).toBe('https://mmg.whatsapp.net/v/a.enc?x=1');
    expect(network.addressOf({ url: 'https://media-fra.cdn.whatsapp.net/v/b' })?.host).toBe(
      'media-fra.cdn.whatsapp.net',
    );
    const foreign = [
      'http://169.254.169.254/latest/meta-data',
      'https://evil.example/whatsapp.net',
      'https://whatsapp.net.evil.example/a',
      'https://user@evil.example/a',
      'https://mmg.whatsapp.net:8443/a',
      'file:///etc/passwd',
    ];
    for (const url of foreign) {
      expect(network.addressOf({ url }), url).toBeUndefined();
      expect(network.addressOf({ url, directPath: '/v/a.enc' })?.host, url).toBe('mmg.whatsapp.net');
    }
    expect(network.addressOf({ directPath: '@evil.example/a' })?.host ?? 'mmg.whatsapp.net').toBe('mmg.whatsapp.net');
  });
});
