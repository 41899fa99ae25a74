/** Why a request was not made at all, or not followed further: what was asked for is not allowed. */
export type RefusalCode =
  | 'url_refused'
  | 'scheme_refused'
  | 'credentials_refused'
  | 'port_refused'
  | 'address_refused'
  | 'redirect_refused';

/** Why a request that was allowed did not come to its end. */
export type FailureCode = 'timeout' | 'dns' | 'connection' | 'tls' | 'protocol' | 'too_large';

/**
 * A request that this server does not make. Trying again cannot help; changing the URL or the allow-list can.
 * `where` is scheme, host and port: a path or query may carry a secret, and what the other side said is never quoted.
 */
export class FetchRefused extends Error {
  override readonly name = 'FetchRefused';
  readonly retryable = false;
  readonly code: RefusalCode;
  readonly where: string;
  /** What is wrong there, without the remedy. */
  readonly problem: string;
  readonly remedy: string;

  constructor(code: RefusalCode, where: string, problem: string, remedy: string) {
    super(`${where}: ${problem}. ${remedy}`);
    this.code = code;
    this.where = where;
    this.problem = problem;
    this.remedy = remedy;
  }
}

const remedies: Record<FailureCode, string> = {
  timeout: 'See whether the other side answers in time.',
  dns: 'See whether DNS knows the host name; one that only this machine knows has to be named in TIDEGATE_ALLOWED_PRIVATE_HOSTS.',
  connection: 'See whether the other side is up and reachable from this machine.',
  tls: 'See whether its certificate is valid for this host name and signed by an authority that this machine trusts.',
  protocol: 'The other side must answer in HTTP/1.1.',
  too_large: 'Send less, or raise the limit.',
};

/** A request that went wrong on the way. `retryable` where another try can go better. */
export class FetchFailed extends Error {
  override readonly name = 'FetchFailed';
  readonly retryable: boolean;
  readonly code: FailureCode;
  readonly where: string;
  /** What is wrong there, without the remedy. */
  readonly problem: string;
  readonly remedy: string;

  constructor(code: FailureCode, where: string, problem: string) {
    super(`${where}: ${problem}. ${remedies[code]}`);
    this.code = code;
    this.where = where;
    this.problem = problem;
    this.remedy = remedies[code];
    this.retryable = code !== 'too_large';
  }
}

const systemCode = (error: unknown): string => {
  if (error instanceof AggregateError) return systemCode(error.errors[0]);
  if (!(error instanceof Error)) return '';
  // undici's parser does not always give a code, but its name is its own.
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
};

/** Names what Node or undici reported; its message is dropped, since it may quote what the other side sent. */
export function fetchFailure(error: unknown, where: string): FetchFailed {
  if (error instanceof FetchFailed) return error;
  const code = systemCode(error);
  if (/TIMEOUT|ETIMEDOUT/.test(code)) return new FetchFailed('timeout', where, 'took too long');
  if (/CERT|TLS|SSL|UNABLE_TO_|DEPTH_ZERO|EPROTO/.test(code)) {
    return new FetchFailed('tls', where, `no trusted connection (${code})`);
  }
  if (/^HPE_|HTTPParserError|HEADERS_OVERFLOW|UND_ERR_RES|CONTENT_LENGTH|^UND_ERR_INVALID/.test(code)) {
    return new FetchFailed('protocol', where, `answered with something that is not HTTP (${code})`);
  }
  return new FetchFailed('connection', where, `the connection failed (${code || 'unknown'})`);
}
