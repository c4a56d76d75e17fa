import { describe, expect, it } from 'vitest';
import { readOptions } from '../../local/options.ts';

describe('the command line', () => {
  it('has defaults', () => {
    expect(readOptions([], '/project')).toEqual({
      workers: 1,
      zeroAfterMinutes: undefined,
      dataFolder: '/project/.wharf/data',
      fresh: false,
      apiPort: 3000,
      simulatorPort: 3001,
      controlPort: 3002,
      logFile: undefined,
    });
  });

  it('reads every flag', () => {
    const args =
      '--workers 3 --zero-after 0 --data d --fresh --port 0 --simulator-port 1 --control-port 2 --log l.log'.split(' ');
    expect(readOptions(args, '/p')).toEqual({
      workers: 3,
      zeroAfterMinutes: 0,
      dataFolder: '/p/d',
      fresh: true,
      apiPort: 0,
      simulatorPort: 1,
      controlPort: 2,
      logFile: '/p/l.log',
    });
  });

  it('gives nothing when only help is wanted', () => {
    expect(readOptions(['--help'], '/p')).toBeUndefined();
  });

  it.each([
    ['--wrokers 3', "Unknown option '--wrokers'; see npm start -- --help."],
    ['--workers many', '--workers wants a whole number from 0 to 100, not "many".'],
    ['--workers 101', '--workers wants a whole number from 0 to 100, not "101".'],
    ['--port 65536', '--port wants a whole number from 0 to 65535, not "65536".'],
    ['--port=-1', '--port wants a whole number from 0 to 65535, not "-1".'],
    ['extra', "Unexpected argument 'extra'"],
  ])('%s: %s', (args, message) => {
    expect(() => readOptions(args.split(' '), '/p')).toThrow(message);
  });
});
