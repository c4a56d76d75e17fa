import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningSimulator, startSimulator } from '../../simulator/start-simulator.ts';
import { ControlClient } from './support/control-client.ts';

let simulator: RunningSimulator;
let control: ControlClient;

beforeAll(async () => {
  simulator = await startSimulator();
  control = new ControlClient(simulator.controlUrl);
});

afterAll(() => simulator.stop());

describe('phones', () => {
  it('have stable ids made of digits, and numbers of their own when none is given', async () => {
    const phone = await control.post('/phones', { phone: '+49 178 000-0001', name: 'Ann' });
    expect(phone).toEqual({
      phone: '491780000001',
      jid: '491780000001@s.whatsapp.net',
      lid: expect.stringMatching(/^2\d{14}@lid$/),
      name: 'Ann',
    });
    expect(await control.post('/phones', { phone: '491780000001', name: 'Anna' })).toEqual({ ...phone, name: 'Anna' });
    expect((await control.post('/phones')).phone).toMatch(/^99\d{10}$/);
  });

  it('write to each other without any client', async () => {
    const { ids } = await control.post('/phones/491780000002/messages', { to: '491780000003', texts: ['a', 'b'] });
    expect(await control.inbox('491780000003')).toMatchObject([
      { id: ids[0], from: '491780000002', text: 'a', copies: 1 },
      { id: ids[1], from: '491780000002', text: 'b', copies: 1 },
    ]);
    expect((await control.get('/phones/491780000003/messages?since=2100-01-01T00:00:00Z')).messages).toEqual([]);
  });
});

describe('bad requests', () => {
  it.each([
    ['GET', '/nothing', undefined, 404, 'unknown_route'],
    ['PUT', '/phones', {}, 404, 'unknown_route'],
    ['POST', '/phones', '{broken', 400, 'bad_json'],
    ['POST', '/phones', { phone: 'abc' }, 400, 'bad_phone'],
    ['POST', '/phones', { phon: '491780000001' }, 400, 'bad_request'],
    ['GET', '/phones/491789999999', undefined, 404, 'unknown_phone'],
    ['POST', '/phones/491780000001/scan', {}, 400, 'bad_request'],
    ['POST', '/phones/491780000001/scan', { qr: 'no QR' }, 404, 'unknown_code'],
    ['POST', '/phones/491780000001/messages', { to: '491780000002' }, 400, 'bad_request'],
    ['POST', '/phones/491780000001/messages', { to: '491780000002', text: 'a', texts: ['b'] }, 400, 'bad_request'],
    ['POST', '/phones/491780000001/messages', { to: '491780000000000000', text: 'a' }, 400, 'bad_phone'],
    ['POST', '/phones/491780000001/messages', { to: '491781000000', text: 'a' }, 422, 'not_on_whatsapp'],
    ['GET', '/phones/491780000001/messages?since=yesterday', undefined, 400, 'bad_request'],
    ['POST', '/phones/491780000001/receipts', { ids: [], type: 'read' }, 400, 'bad_request'],
    ['POST', '/faults', { kind: 'earthquake' }, 400, 'bad_request'],
    ['POST', '/faults', { kind: 'drop', code: '5' }, 400, 'bad_request'],
    ['DELETE', '/faults/77', undefined, 404, 'unknown_fault'],
    ['GET', '/events?since=x', undefined, 400, 'bad_request'],
    ['POST', '/settings', { notOnWhatsApp: ['x'] }, 400, 'bad_request'],
  ])('%s %s %j is %i %s', async (method, path, body, status, code) => {
    const answer = await control.request(method, path, body);
    expect(answer).toMatchObject({ status, body: { error: { code, message: expect.any(String) } } });
  });
});

it('counts nothing before anything has happened', async () => {
  expect(await control.get('/stats')).toMatchObject({
    logins: 0,
    openSockets: 0,
    conflicts: 0,
    acks: 0,
    unacked: 0,
    queued: 0,
    undecryptable: 0,
    duplicates: 0,
    devices: [],
  });
  expect(await control.get('/events')).toEqual({ events: [], next: 0 });
});
