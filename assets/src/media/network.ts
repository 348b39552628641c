/** Tells when this machine has moved to another network, so that media need not find out. */

/** What browsers have of the Network Information API; `type` only on mobile devices. */
interface Connection extends EventTarget {
  readonly type?: string;
}

/** Calls `changed` after every change of the network; the answer stops it. */
export function watchNetwork(changed: () => void): () => void {
  if (typeof window === "undefined") return () => undefined;
  const connection = (navigator as { connection?: Connection }).connection;
  let type = connection?.type;
  // Estimates of speed change all the time; only another kind of network is news.
  const typed = (): void => {
    if (connection?.type === type) return;
    type = connection?.type;
    changed();
  };
  window.addEventListener("online", changed);
  connection?.addEventListener("change", typed);
  return () => {
    window.removeEventListener("online", changed);
    connection?.removeEventListener("change", typed);
  };
}
