import { useEffect, useState } from 'react';

/** The time, epoch milliseconds, read anew every `intervalMs` at least: never before something that was just told of. */
export const useNow = (intervalMs: number): number => {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), intervalMs);
    return () => clearInterval(timer);
  }, [intervalMs]);
  return Math.max(now, Date.now());
};
