/** Line drawings beside words; they never stand alone, so a screen reader passes them over. */
const paths = {
  talk: 'M4 5h16v11H9l-4 4v-4H4z',
  microphone: 'M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3zM6 11a6 6 0 0 0 12 0M12 17v4',
  'microphone-off': 'M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3zM6 11a6 6 0 0 0 12 0M12 17v4M4 4l16 16',
  stop: 'M7 7h10v10H7z',
  done: 'M5 12.5l4.5 4.5L19 7.5',
  send: 'M5 12h13M13 6l6 6-6 6',
  phone: 'M8 3h8a1 1 0 0 1 1 1v16a1 1 0 0 1-1 1H8a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1zM11 18h2',
  alarm: 'M12 4l9 16H3zM12 10v4M12 17v.5',
  person: 'M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM4 20c1-4 4-6 8-6s7 2 8 6',
  lock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  leave: 'M14 4h5v16h-5M4 12h10M10 8l4 4-4 4',
  book: 'M5 4h6a2 2 0 0 1 1 1v15a2 2 0 0 0-1-1H4V5zM19 4h-6a2 2 0 0 0-1 1v15a2 2 0 0 1 1-1h7V5z',
  upload: 'M12 16V4M7 9l5-5 5 5M4 16v4h16v-4',
  search: 'M11 4a7 7 0 1 1 0 14a7 7 0 0 1 0-14zM16 16l5 5',
  close: 'M6 6l12 12M18 6L6 18',
  clock: 'M12 3a9 9 0 1 1 0 18a9 9 0 0 1 0-18zM12 7v5l3 2',
  bin: 'M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13M10 11v5M14 11v5',
  pencil: 'M4 20l1-5L16 4l4 4L9 19zM14 6l4 4',
  shared: 'M12 3a9 9 0 1 1 0 18a9 9 0 0 1 0-18zM3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18',
  letters: 'M3 18L8 5l5 13M5 13h6M20 11v7M20 14.5a3 3 0 1 1-6 0a3 3 0 1 1 6 0z',
  meaning: 'M9 18h6M10 21h4M12 3a6 6 0 0 1 4 10.5c-1 1-1 2-1 2.5h-6c0-.5 0-1.5-1-2.5A6 6 0 0 1 12 3z',
  joint: 'M9 6a6 6 0 1 1 0 12a6 6 0 0 1 0-12zM15 6a6 6 0 1 1 0 12a6 6 0 0 1 0-12z',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
