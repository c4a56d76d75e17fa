import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkedProxyAddresses,
  maskProxyUrl,
  type ProxyAddress,
  parseProxyUrl,
} from '../../../core/sessions/proxy-url.ts';

describe('the address of a proxy', () => {
  it.each([
    ['http://proxy.example.com', { protocol: 'http:', host: 'proxy.example.com', port: 80 }],
    ['https://proxy.example.com/', { protocol: 'https:', host: 'proxy.example.com', port: 443 }],
    ['SOCKS5://Proxy.Example.com', { protocol: 'socks5:', host: 'proxy.example.com', port: 1_080 }],
    ['socks5://proxy.example.com:80', { protocol: 'socks5:', host: 'proxy.example.com', port: 80 }],
    ['http://u:p%40ss@[2001:db8::1]:8080', { host: '2001:db8::1', port: 8_080, username: 'u', password: 'p@ss' }],
    ['http://0x7f.1:3128', { host: '127.0.0.1', port: 3_128 }],
  ])('%s is taken apart', (text, parts) => {
    expect(parseProxyUrl(text)).toMatchObject(parts);
  });

  it.each([
    'proxy.example.com:8080',
    'ftp://proxy.example.com',
    'socks4://proxy.example.com',
    'http://',
    'http://proxy.example.com:0',
    'http://proxy.example.com:99999',
    'http://proxy.example.com/path',
    'http://proxy.example.com?x=1',
    'http://proxy.example.com#x',
    'http://proxy.example.com:80\n80',
    'http://pro xy.example.com',
    'http://u%00:p@proxy.example.com',
    'http://u%:p@proxy.example.com',
    `http://u:${'p'.repeat(256)}@proxy.example.com`,
    `http://${'a'.repeat(500)}`,
  ])('%j is none', (text) => {
    expect(parseProxyUrl(text)).toEqual({ reason: expect.any(String) });
  });

  it('is shown without its password, whatever that is', () => {
    const words = fc.string({ minLength: 4, maxLength: 40 }).filter((text) => !/^[\w.*:/%-]*$/.test(text));
    fc.assert(
      fc.property(words, (password) => {
        const proxy = parseProxyUrl(`http://ann:${encodeURIComponent(password)}@proxy.example.com:8080`);
        if ('reason' in proxy) return;
        expect(proxy.password).toBe(password);
        expect(maskProxyUrl(proxy)).toBe('http://ann:****@proxy.example.com:8080');
      }),
    );
  });

  it('is shown as it is when it has none, and is read again as the same', () => {
    for (const text of [
      'http://proxy.example.com:80',
      'socks5://ann@proxy.example.com:1080',
      'https://[2001:db8::1]:443',
    ]) {
      expect(maskProxyUrl(parseProxyUrl(text) as ProxyAddress)).toBe(text);
    }
  });
});

describe('where a proxy may lie', () => {
  const check = (addresses: string[], allowedCidrs: string[] = []) =>
    checkedProxyAddresses('proxy.example.com', { allowedCidrs, resolve: async () => addresses });

  it('is at public addresses only, all of them', async () => {
    expect(await check(['1.1.1.1', '2606:4700::1111'])).toMatchObject({
      exempt: false,
      addresses: ['1.1.1.1', '2606:4700::1111'],
    });
    for (const bad of ['10.0.0.1', '127.0.0.1', '169.254.169.254', '::1', '::ffff:10.0.0.1', '100.64.0.1']) {
      expect(await check(['1.1.1.1', bad]), bad).toMatchObject({ resolved: true, reason: expect.any(String) });
    }
  });

  it('may be in a network that the operator exempted', async () => {
    expect(await check(['10.1.2.3'], ['10.1.0.0/16'])).toMatchObject({ exempt: true });
  });

  it('has to resolve', async () => {
    const resolve = () => Promise.reject(new Error('ENOTFOUND'));
    expect(await checkedProxyAddresses('x.example', { allowedCidrs: [], resolve })).toMatchObject({ resolved: false });
  });
});
