/** Stands in for the SDK's SHA-256 and MD5 in plain JavaScript, which it falls back to where Node was built without OpenSSL. */
class NotHere {
  constructor() {
    throw new Error('Node has no OpenSSL: the hashes in JavaScript are left out of the bundles of functions.');
  }
}

export { NotHere as Md5Js, NotHere as Sha256Js };
