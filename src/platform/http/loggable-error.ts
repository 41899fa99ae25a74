/** What of an error may stand in the log. */
export interface LoggableError {
  readonly name: string;
  readonly code?: string;
  readonly message?: string;
  /** Where it was thrown, without the message that heads a stack. */
  readonly stack?: string;
  readonly table?: string;
  readonly constraint?: string;
}

const framesOf = ({ stack }: Error): string | undefined => {
  const from = stack?.search(/^ {4}at /m) ?? -1;
  return from < 0 ? undefined : stack?.slice(from);
};

const textMember = (error: object, member: string): string | undefined => {
  const value = (error as Readonly<Record<string, unknown>>)[member];
  return typeof value === 'string' ? value : undefined;
};

/** PostgreSQL and the JSON parser put the value at fault, which can be content, into their messages. */
const quotesValues = (error: Error): boolean =>
  error instanceof SyntaxError || textMember(error, 'severity') !== undefined;

/** An error as fields of a log line: never with a message that quotes what was being worked on. */
export const loggableError = (error: unknown): LoggableError | undefined => {
  if (!(error instanceof Error)) return undefined;
  const fields = {
    code: textMember(error, 'code'),
    message: quotesValues(error) ? undefined : error.message,
    stack: framesOf(error),
    table: textMember(error, 'table'),
    constraint: textMember(error, 'constraint'),
  };
  const known = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  return { name: error.name, ...known };
};
