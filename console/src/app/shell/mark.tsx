/** Tidegate's mark: the bars of a gate standing in water. */
export const Mark = ({ size = 28 }: { size?: number }) => (
  <svg width={size} height={size} viewBox="0 0 32 32" fill="none" aria-hidden="true">
    <path d="M8 5v11M13.3 5v7M18.7 5v7M24 5v11" stroke="#9fe6d9" strokeWidth="2.5" strokeLinecap="round" />
    <path
      d="M4.5 20c2.9-2.7 5.7-2.7 7.65 0s5.7 2.7 7.65 0 4.8-2.7 7.7 0"
      stroke="#5cbfaf"
      strokeWidth="2.5"
      strokeLinecap="round"
    />
    <path
      d="M4.5 26.5c2.9-2.7 5.7-2.7 7.65 0s5.7 2.7 7.65 0 4.8-2.7 7.7 0"
      stroke="#339f91"
      strokeWidth="2.5"
      strokeLinecap="round"
    />
  </svg>
);
