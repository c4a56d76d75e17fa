import { measureApi } from './api.ts';
import { measureBundles } from './bundles.ts';
import { measureDeliveries } from './deliveries.ts';
import { measureGroups } from './groups.ts';
import { measureLatency } from './latency.ts';
import { measureMemory } from './memory.ts';
import { type Figure, printConditions, printFigures } from './report.ts';
import { measureSoak } from './soak.ts';
import { measureStartUp } from './start-up.ts';
import { measureTakeover } from './takeover.ts';

/** Ten minutes at full length, so it runs only when it is named. */
const onlyWhenNamed = 'soak';
/** In this order: start-up makes the bundles that the next one looks at. */
const parts: Readonly<Record<string, { title: string; measure: () => Promise<Figure[]> }>> = {
  start: { title: 'npm start', measure: measureStartUp },
  bundles: { title: 'Lambda bundles', measure: measureBundles },
  api: { title: 'The API', measure: measureApi },
  deliveries: { title: 'Webhook delivery', measure: measureDeliveries },
  latency: { title: 'Latency through the whole local stack', measure: measureLatency },
  groups: { title: 'Sending to groups of 10, 100 and 1,000 members', measure: measureGroups },
  takeover: {
    title: 'Sessions that change hands: 24 on 3 workers, seconds without a socket',
    measure: measureTakeover,
  },
  memory: { title: 'Memory of the connector', measure: measureMemory },
  soak: { title: 'A worker under steady load', measure: measureSoak },
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in parts));
if (unknown.length > 0) {
  console.error(`Unknown part: ${unknown.join(', ')}. Known: ${Object.keys(parts).join(', ')}.`);
  process.exit(2);
}
printConditions();
for (const [name, part] of Object.entries(parts)) {
  if (wanted.length === 0 ? name !== onlyWhenNamed : wanted.includes(name))
    printFigures(part.title, await part.measure());
}
