/** An answer of the rig. */
export interface RigAnswer {
  readonly status: number;
  readonly body: unknown;
}

export const ok = (body: unknown): RigAnswer => ({ status: 200, body });

/** The flat error of the token exchange. */
export function exchangeError(error: string, description: string): RigAnswer {
  return { status: 400, body: { error, error_description: description } };
}

/** The nested error of Google's other services. */
export function serviceError(code: number, status: string, message: string, reason?: string): RigAnswer {
  const details =
    reason === undefined ? {} : { details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason }] };
  return { status: code, body: { error: { code, message, status, ...details } } };
}

/** The error list of a registry. */
export function registryError(status: number, code: string, message: string): RigAnswer {
  return { status, body: { errors: [{ code, message }] } };
}
