/** A runner of its own process, for the test that kills it. */
import { startDynamodb } from '../../../../local/engines/dynamodb/index.ts';

const { endpoint } = await startDynamodb({ dataFolder: process.argv[2] });
console.log(JSON.stringify({ endpoint }));
