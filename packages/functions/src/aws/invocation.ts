/** What Lambda says of an invocation, as far as it is used. */
export interface Invocation {
  readonly awsRequestId?: string;
  getRemainingTimeInMillis?(): number;
}
