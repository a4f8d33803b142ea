import { ServiceError } from '../calibration/errors.js';

/** The code of errors that say that a server refuses a text for what it is (4xx). */
export const UPSTREAM_REFUSED = 'upstream-refused';

/** A server behind this one broke its contract, or answered that it failed. */
export class BadGateway extends ServiceError {
  readonly kind: 'bad-gateway' | RefusalKind = 'bad-gateway';
}

/** What a refused text is: more than the server takes (413), or nothing that it can score (422). */
type RefusalKind = 'too-large' | 'invalid';

/**
 * A server behind this one refused a text and said by its status what is wrong with it. The caller gets the
 * same status: no further try would help.
 */
export class RefusedText extends BadGateway {
  override readonly kind: RefusalKind;

  constructor(kind: RefusalKind, message: string) {
    super(UPSTREAM_REFUSED, message);
    this.kind = kind;
  }
}

/** A server behind this one did not answer in time. */
export class GatewayTimeout extends ServiceError {
  readonly kind = 'gateway-timeout';
}
