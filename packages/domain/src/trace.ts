/** Values of a span that may be known to who runs the gateway: words of ours, numbers, ids. Never arguments, results, texts of others. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean | readonly string[]>>

/** One step of a trace; passed on as an argument, never found in the surroundings. */
export interface Span {
  /** W3C Trace Context, level 1, for whoever is asked next and for the audit record. */
  readonly traceparent: string
  child(name: string, attributes?: SpanAttributes): Span
  set(attributes: SpanAttributes): void
  /** Ends it; `error` is a code of ours. */
  end(outcome?: { readonly error?: string }): void
}

/** Where spans begin. */
export interface Tracer {
  /** `parent` is a `traceparent` of the caller, checked before it is believed; a wrong one counts as none. */
  start(
    name: string,
    of: { readonly parent?: string | undefined; readonly attributes?: SpanAttributes },
  ): Span
}
