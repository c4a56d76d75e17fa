/** An engine of its own process, for the test that kills it: prints its endpoint, then serves until it ends. */
import { startSqs } from '../../../../local/engines/sqs/index.ts';

const sqs = await startSqs({ dataFolder: process.argv[2] });
sqs.createQueue('killed');
console.log(sqs.endpoint);
