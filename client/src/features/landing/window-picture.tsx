/** What you get, drawn: one browser, two pointers, and a list of steps that is being worked through. */
export function WindowPicture() {
  return (
    <svg
      viewBox="0 0 640 480"
      className="h-auto w-full"
      role="img"
      aria-label="A browser window with two pointers in it, yours and the agent’s, and beside it the agent’s list of steps, two of four done."
    >
      <rect x="8" y="30" width="624" height="388" rx="16" fill="var(--stage)" />
      <rect x="8" y="30" width="624" height="388" rx="16" fill="none" stroke="var(--green)" strokeWidth="3" />
      <g fill="#33423a">
        <circle cx="36" cy="56" r="6" />
        <circle cx="56" cy="56" r="6" />
        <circle cx="76" cy="56" r="6" />
      </g>
      <rect x="100" y="45" width="420" height="22" rx="11" fill="#1d2822" />
      <text x="116" y="60" fontSize="12" fill="#9fb3a6" fontFamily="var(--font-mono)">
        flights.example/search
      </text>
      <rect x="22" y="80" width="596" height="324" rx="8" fill="#f6f8f3" />

      <text x="48" y="122" fontSize="21" fontWeight="700" fill="#1b2a21" fontFamily="var(--font-display)">
        Find a flight
      </text>
      <rect x="300" y="106" width="294" height="118" rx="8" fill="#e6ece4" />
      <rect x="316" y="124" width="120" height="10" rx="4" fill="#c3cec4" />
      <rect x="316" y="146" width="210" height="8" rx="4" fill="#d3dbd2" />
      <rect x="316" y="164" width="180" height="8" rx="4" fill="#d3dbd2" />
      <Field y={154} label="From" value="Lisbon" filled />
      <Field y={210} label="To" value="Oslo" filled />
      <Field y={266} label="Date" value="" />
      <rect x="48" y="332" width="120" height="38" rx="8" fill="#0a6a3d" />
      <text x="82" y="356" fontSize="15" fontWeight="600" fill="#fff" fontFamily="var(--font-sans)">
        Search
      </text>

      <g transform="translate(352 176)">
        <g className="motion-safe:animate-[travel_11s_ease-in-out_infinite]">
          <Pointer colour="#0a6a3d" label="agent" width={58} />
        </g>
      </g>
      <g transform="translate(226 348)">
        <Pointer colour="#8a5a00" label="you" width={44} />
      </g>

      <g transform="translate(372 246)">
        <rect width="252" height="206" rx="14" fill="var(--card)" stroke="var(--line)" />
        <text x="22" y="36" fontSize="15" fontWeight="700" fill="var(--ink)" fontFamily="var(--font-display)">
          Cheapest flight to Oslo
        </text>
        <Step y={66} state="done" text="Open flights.example" />
        <Step y={98} state="done" text="Fill From and To" />
        <Step y={130} state="now" text="Pick the date" />
        <Step y={162} state="next" text="Read the lowest price" />
      </g>
    </svg>
  );
}

function Field({ y, label, value, filled }: { y: number; label: string; value: string; filled?: boolean }) {
  return (
    <g>
      <text x="48" y={y} fontSize="12" fill="#5b6a60" fontFamily="var(--font-sans)">
        {label}
      </text>
      <rect
        x="48"
        y={y + 7}
        width="220"
        height="32"
        rx="6"
        fill="#fff"
        stroke={filled ? '#c3cec4' : '#0a6a3d'}
        strokeWidth={filled ? 1 : 2}
      />
      <text x="60" y={y + 28} fontSize="15" fill="#14211a" fontFamily="var(--font-sans)">
        {value}
      </text>
    </g>
  );
}

function Pointer({ colour, label, width }: { colour: string; label: string; width: number }) {
  return (
    <>
      <path
        d="M0 0 L0 22 L6 17 L10 26 L15 24 L11 15 L19 15 Z"
        fill={colour}
        stroke="#fff"
        strokeWidth="1.500"
      />
      <rect x="16" y="22" width={width} height="22" rx="11" fill={colour} />
      <text
        x={16 + width / 2}
        y="37"
        textAnchor="middle"
        fontSize="12.500"
        fontWeight="600"
        fill="#fff"
        fontFamily="var(--font-sans)"
      >
        {label}
      </text>
    </>
  );
}

function Step({ y, state, text }: { y: number; state: 'done' | 'now' | 'next'; text: string }) {
  return (
    <g>
      <circle
        cx="32"
        cy={y}
        r="9"
        fill={state === 'done' ? 'var(--green)' : 'none'}
        stroke={state === 'next' ? 'var(--line-strong)' : 'var(--green)'}
        strokeWidth="2"
        strokeDasharray={state === 'now' ? '4 3' : undefined}
      />
      {state === 'done' && (
        <path d={`M28 ${y} l3 3.500 l5.500 -6.500`} fill="none" stroke="var(--on-green)" strokeWidth="2" />
      )}
      <text
        x="52"
        y={y + 5}
        fontSize="14"
        fill={state === 'next' ? 'var(--muted)' : 'var(--ink)'}
        fontFamily="var(--font-sans)"
      >
        {text}
      </text>
    </g>
  );
}
