export { proto } from '@whiskeysockets/baileys/WAProto/index.js';
