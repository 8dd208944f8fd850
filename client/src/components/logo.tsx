/** The mark: an admission ticket that says one. */
export function Logo() {
  return (
    <span className="inline-flex items-center gap-2.5 font-display text-[1.0625rem] font-bold tracking-tight whitespace-nowrap text-ink">
      <svg viewBox="0 0 32 24" className="h-5 w-[1.667rem] text-green" aria-hidden="true">
        <path
          d="M3 0h26a3 3 0 0 1 3 3v5a4 4 0 0 0 0 8v5a3 3 0 0 1-3 3H3a3 3 0 0 1-3-3v-5a4 4 0 0 0 0-8V3a3 3 0 0 1 3-3Z"
          fill="currentColor"
        />
        <path
          d="M13 7.800 16.600 5.500v13M12.600 18.500h8"
          fill="none"
          stroke="var(--paper)"
          strokeWidth="2.400"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      </svg>
      One Dollar Agent
    </span>
  );
}
