const paths = {
  health: "M3 12h4l3 8 4-16 3 8h4",
  events: "M13 2 4 14h7l-1 8 9-12h-7l1-8z",
  catalogue: "M4 7l8-4 8 4v10l-8 4-8-4V7zm0 0 8 4 8-4m-8 4v10",
  customers: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zm-8 9a8 8 0 0 1 16 0",
  rights: "M12 3l8 3v6c0 5-3.5 8-8 9-4.5-1-8-4-8-9V6l8-3zm-3 9 2 2 4-4",
  models: "M4 20V10m6 10V4m6 16v-7m5 7H2",
  earned: "M12 3v18M17 7H9.5a3 3 0 0 0 0 6h5a3 3 0 0 1 0 6H6",
} as const;

export type IconName = keyof typeof paths;

/** Decoration beside a label that says the same: hidden from screen readers. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg width="18" height="18" viewBox="0 0 24 24" aria-hidden="true" fill="none" stroke="currentColor" strokeWidth="1.8">
      <path d={paths[name]} strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}
