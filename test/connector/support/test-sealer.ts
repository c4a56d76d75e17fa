import { openBox, sealBox } from '../../../core/sealing/sealed-box.ts';
import type { Sealer } from '../../../core/sealing/sealer.ts';

/** Seals under one fixed key, without KMS. */
export const testSealer: Sealer = {
  seal: async (tenantId, plaintext, context) => sealBox(Buffer.alloc(32, 7), plaintext, `${tenantId}/${context}`),
  open: async (tenantId, sealed, context) => openBox(Buffer.alloc(32, 7), sealed, `${tenantId}/${context}`),
};
