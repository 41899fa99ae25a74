import { type KeyboardEvent, type Ref, useRef } from 'react';
import classes from './code-area.module.css';

interface CodeAreaProps {
  readonly ref?: Ref<HTMLTextAreaElement>;
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Lines, from 1, that carry a fault. */
  readonly faultyLines?: ReadonlySet<number>;
  readonly readOnly?: boolean;
  readonly describedBy?: string;
  /** Height in lines. */
  readonly lines?: number;
}

/** A plain text field for code: line numbers, marked faults, and Tab as two spaces (Escape, then Tab leaves the field). */
export const CodeArea = (props: CodeAreaProps) => {
  const { ref, label, value, onChange, faultyLines, readOnly = false, describedBy, lines = 26 } = props;
  const gutter = useRef<HTMLDivElement>(null);
  const leaving = useRef(false);
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    const wasLeaving = leaving.current;
    leaving.current = event.key === 'Escape';
    if (event.key !== 'Tab' || event.shiftKey || wasLeaving || readOnly) return;
    event.preventDefault();
    const field = event.currentTarget;
    field.setRangeText('  ', field.selectionStart, field.selectionEnd, 'end');
    onChange(field.value);
  };
  const total = value.split('\n').length;
  return (
    <div className={classes.area} style={{ height: `${lines * 1.55 * 13 + 24}px` }}>
      <div className={classes.gutter} ref={gutter} aria-hidden>
        {Array.from({ length: total }, (_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line is its number
          <div key={index} data-faulty={faultyLines?.has(index + 1) || undefined}>
            {index + 1}
          </div>
        ))}
      </div>
      <textarea
        ref={ref}
        className={classes.field}
        aria-label={label}
        aria-describedby={describedBy}
        aria-invalid={faultyLines !== undefined && faultyLines.size > 0}
        value={value}
        readOnly={readOnly}
        spellCheck={false}
        autoCapitalize="off"
        autoCorrect="off"
        wrap="off"
        onChange={(event) => onChange(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        onScroll={(event) => {
          if (gutter.current !== null) gutter.current.scrollTop = event.currentTarget.scrollTop;
        }}
      />
    </div>
  );
};
