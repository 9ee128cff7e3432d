export interface HttpRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Milliseconds. */
  readonly deadline: number;
  readonly signal?: AbortSignal;
}
export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** At most 1 MiB. */
  readonly body: Uint8Array;
  readonly truncated: boolean;
}
export interface Http {
  /** One request, no redirects followed; throws on connection problems. */
  request(request: HttpRequest): Promise<HttpResponse>;
}
