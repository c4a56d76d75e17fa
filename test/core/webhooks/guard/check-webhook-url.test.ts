import { describe, expect, it } from 'vitest';
import { parseAllowedCidrs } from '../../../../core/webhooks/guard/address-policy.ts';
import { checkWebhookUrl } from '../../../../core/webhooks/guard/check-webhook-url.ts';

const resolve = async (host: string): Promise<string[]> => {
  if (host === 'gone.example.com') throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
  if (host === 'dev.example.com' || host === 'localhost') return ['127.0.0.1'];
  if (host === 'half.example.com') return ['127.0.0.1', '1.1.1.1'];
  return ['1.1.1.1'];
};
const onAws = { allowedCidrs: [], resolve };
const onOneMachine = { allowedCidrs: parseAllowedCidrs(' 127.0.0.1/32,, '), resolve };

describe('checkWebhookUrl', () => {
  it.each([
    'https://example.com',
    'https://example.com/hook?token=1',
    'https://example.com:8443/hook',
    'https://example.com:1024/',
    'https://xn--bcher-kva.example/',
  ])('takes %s', async (url) => {
    await expect(checkWebhookUrl(url, onAws)).resolves.toBeUndefined();
  });

  it.each([
    ['http://example.com/', 'https'],
    ['ftp://example.com/', 'https'],
    ['javascript:alert(1)', 'https'],
    ['/hook', 'absolute'],
    ['', 'absolute'],
    ['https://', 'absolute'],
    ['https://user@example.com/', 'password'],
    ['https://user:secret@example.com/', 'password'],
    ['https://example.com/#part', 'fragment'],
    ['https://example.com/#', 'fragment'],
    ['https://example.com:80/', 'port'],
    ['https://example.com:22/', 'port'],
    ['https://example.com:0/', 'port'],
    ['https://example.com/a\r\nb', 'control'],
    [' https://example.com/', 'blanks'],
    [`https://example.com/${'a'.repeat(2_048)}`, '2048'],
    ['https://gone.example.com/', 'resolve'],
    ['https://dev.example.com/', 'not public'],
    ['https://half.example.com/', 'not public'],
  ])('refuses %s and says why', async (url, word) => {
    await expect(checkWebhookUrl(url, onAws)).rejects.toMatchObject({
      code: 'WEBHOOK_URL_FORBIDDEN',
      detail: expect.stringContaining(word),
    });
  });

  it('allows http and any port where every address is exempt, and nowhere else', async () => {
    for (const url of ['http://localhost:22/', 'http://dev.example.com:3000/x', 'https://dev.example.com/']) {
      await expect(checkWebhookUrl(url, onOneMachine)).resolves.toBeUndefined();
    }
    await expect(checkWebhookUrl('http://127.0.0.1:80/', { allowedCidrs: ['127.0.0.0/8'] })).resolves.toBeUndefined();
    for (const url of ['http://example.com/', 'http://half.example.com/', 'https://half.example.com:22/']) {
      await expect(checkWebhookUrl(url, onOneMachine)).rejects.toMatchObject({ code: 'WEBHOOK_URL_FORBIDDEN' });
    }
    await expect(checkWebhookUrl('http://[::1]:3000/', { allowedCidrs: ['127.0.0.0/8'] })).rejects.toThrow(
      'not public',
    );
  });

  it('does not start with a range that does not parse', async () => {
    await expect(checkWebhookUrl('https://example.com/', { allowedCidrs: ['127.0.0.1'], resolve })).rejects.toThrow();
  });
});
