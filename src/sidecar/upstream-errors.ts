import { ServiceError } from '../calibration/errors.js';

/** A server behind this one broke its contract, or answered that it failed. */
export class BadGateway extends ServiceError {
  readonly kind = 'bad-gateway';
}

/** A server behind this one did not answer in time. */
export class GatewayTimeout extends ServiceError {
  readonly kind = 'gateway-timeout';
}
