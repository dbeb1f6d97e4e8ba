/** An end of `sandbox-customer` that a person can do something about; the message says what. */
export class CustomerFailure extends Error {
  override name = 'CustomerFailure'
}
