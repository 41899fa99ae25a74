/** Why a rule is not accepted. `position` is the offset in the expression, UTF-16 code units; null where no place can be named. */
export interface RuleFault {
  readonly kind: 'fault';
  readonly message: string;
  readonly position: number | null;
}

export const ruleFault = (message: string, position: number | null = null): RuleFault => ({
  kind: 'fault',
  message,
  position,
});
