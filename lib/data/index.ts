export { createMediaBucket } from './media-bucket.ts';
export { Secrets } from './secrets.ts';
export { controlPartitions, fleetPartitions, type TableAccess, tableAccess } from './table-access.ts';
export { Tables } from './tables.ts';
