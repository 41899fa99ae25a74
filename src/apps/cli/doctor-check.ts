/** What one check of `tidegate doctor` found. */
export interface DoctorFinding {
  readonly check: string;
  /** `warning` works, but somebody should know; `broken` does not work. */
  readonly status: 'ok' | 'warning' | 'broken';
  readonly detail: string;
  /** What to do. Absent where all is well. */
  readonly remedy?: string;
}

export const ok = (check: string, detail: string): DoctorFinding => ({ check, status: 'ok', detail });
export const warning = (check: string, detail: string, remedy: string): DoctorFinding => ({
  check,
  status: 'warning',
  detail,
  remedy,
});
export const broken = (check: string, detail: string, remedy: string): DoctorFinding => ({
  check,
  status: 'broken',
  detail,
  remedy,
});
