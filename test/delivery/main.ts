import { type Figure, printConditions, printFigures } from '../bench/report.ts';
import { runIsolation } from './isolation-run.ts';
import { runKills } from './kill-run.ts';

// npm run test:delivery [kills|isolation] [scale]: the long forms; scale 0.1 makes a tenth of the events.
const [wanted, scaleText = '1'] = process.argv.slice(2);
const scale = Number(scaleText);

printConditions();
const figures: Figure[] = [];
if (wanted === undefined || wanted === 'kills') figures.push(...(await kills()));
if (wanted === undefined || wanted === 'isolation') figures.push(...(await runIsolation(60 * scale)));
process.exit(figures.every(({ met }) => met !== false) ? 0 : 1);

async function kills(): Promise<Figure[]> {
  const result = await runKills({ events: 10_000 * scale, kills: 20 });
  const zero = (what: string, count: number): Figure => ({ what, value: String(count), goal: '0', met: count === 0 });
  const share = (100 * result.duplicates) / result.events;
  const found: Figure[] = [
    { what: 'events', value: String(result.events) },
    { what: 'workers killed', value: String(result.kills), goal: '20', met: result.kills === 20 },
    { what: 'calls at the receiver', value: String(result.calls) },
    zero('lost', result.lost),
    zero('exhausted', result.exhausted),
    zero('not verified by standardwebhooks', result.unverified),
    { what: 'taken twice under the same webhook-id', value: `${share.toFixed(2)} %`, goal: '<= 1 %', met: share <= 1 },
    { what: 'seconds', value: result.seconds.toFixed(0) },
  ];
  printFigures('Deliver workers killed, receiver failing 30 %', found);
  return found;
}
