import { Tooltip } from '@mantine/core';
import { IconHourglassHigh } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { clock } from '../kit/format.ts';
import classes from './lease-clock.module.css';

const extendBelowSeconds = 5 * 60;
const warnBelowSeconds = 60;
/** Somebody who has touched nothing for so long has perhaps left: the claim is let run out. */
const idleAfterMs = 4 * 60_000;

/** When the person last did something, epoch milliseconds. */
const useLastActivity = () => {
  const last = useRef(Date.now());
  useEffect(() => {
    const touch = () => {
      last.current = Date.now();
    };
    const events = ['keydown', 'pointerdown', 'pointermove', 'wheel'] as const;
    for (const event of events) addEventListener(event, touch, { passive: true });
    return () => {
      for (const event of events) removeEventListener(event, touch);
    };
  }, []);
  return last;
};

/** The time left on a claim. It renews itself while the person is at work. */
export const LeaseClock = ({ expiresAt, onExtend }: { expiresAt: string; onExtend: () => Promise<void> }) => {
  const { t } = useTranslation();
  const end = Date.parse(expiresAt);
  const [now, setNow] = useState(Date.now);
  const lastActivity = useLastActivity();
  const extending = useRef(false);
  const left = (end - now) / 1_000;
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  useEffect(() => {
    if (left > extendBelowSeconds || left <= 0 || extending.current) return;
    if (Date.now() - lastActivity.current > idleAfterMs) return;
    extending.current = true;
    void onExtend().finally(() => {
      extending.current = false;
    });
  }, [left, onExtend, lastActivity]);
  const urgent = left < warnBelowSeconds;
  return (
    <Tooltip label={t('lease.hint')}>
      <span className={`${classes.clock} tabular`} data-urgent={urgent || undefined}>
        <IconHourglassHigh size={15} stroke={1.8} aria-hidden />
        <span role="timer" aria-label={t('lease.label')}>
          {clock(left)}
        </span>
      </span>
    </Tooltip>
  );
};
