/**
 * Stands in for `@aws-sdk/endpoint-cache` inside the functions' bundles: it finds nothing and keeps nothing. Only endpoint discovery of
 * DynamoDB asks it, which is off unless a client switches it on; then each call would discover anew.
 */
export class EndpointCache {
  get(): undefined {
    return undefined;
  }

  getEndpoint(): undefined {
    return undefined;
  }

  has(): false {
    return false;
  }

  set(): void {}

  delete(): void {}

  clear(): void {}
}
