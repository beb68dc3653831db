import { useSyncExternalStore } from 'react';

/** Where the page is, changed without loading it again: what is under way goes on. */
const MOVED = 'bedside-moved';

export function go(address: string, { replace = false } = {}): void {
  if (address === here()) return;
  if (replace) history.replaceState(null, '', address);
  else history.pushState(null, '', address);
  dispatchEvent(new Event(MOVED));
}

const here = () => location.pathname + location.search;

function subscribe(changed: () => void): () => void {
  addEventListener('popstate', changed);
  addEventListener(MOVED, changed);
  return () => {
    removeEventListener('popstate', changed);
    removeEventListener(MOVED, changed);
  };
}

/** Path and query. */
export const useAddress = (): string => useSyncExternalStore(subscribe, here);

/** For a link: a plain press stays in the page, and whoever wants a new tab gets one. */
export function follow(event: { metaKey: boolean; ctrlKey: boolean; shiftKey: boolean; preventDefault(): void }, address: string): void {
  if (event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  go(address);
}
