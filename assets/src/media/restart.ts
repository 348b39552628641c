/**
 * The texts of an ICE restart over PATCH (RFC 9725 §4.3.3): our new side as a fragment, and the
 * answer of before with the server's new side put in. Nothing else is negotiated anew.
 */

export const FRAGMENT = "application/trickle-ice-sdpfrag";

const OF_SESSION = /^a=(?:group:BUNDLE|ice-options:|ice-lite)/;
const OF_ICE = /^a=(?:ice-ufrag:|ice-pwd:|candidate:|end-of-candidates)/;

function lines(text: string): string[] {
  return text.split(/\r?\n/).filter((line) => line !== "");
}

/** The ICE side of the first section of `offer` that is in use (RFC 8840 §9). */
export function fragmentOf(offer: string): string {
  const all = lines(offer);
  const starts = all.flatMap((line, index) => (line.startsWith("m=") ? [index] : []));
  const from = starts[0] ?? all.length;
  const section = all.slice(from, starts[1] ?? all.length);
  const kept = [
    ...all.slice(0, from).filter((line) => OF_SESSION.test(line)),
    ...section.filter((line, index) => index === 0 || line.startsWith("a=mid:") || OF_ICE.test(line)),
  ];
  return `${kept.join("\r\n")}\r\n`;
}

/** `answer` with the credentials and candidates of `fragment`; null when it has none. */
export function renewed(answer: string, fragment: string): string | null {
  const ice = lines(fragment).filter((line) => OF_ICE.test(line));
  const ufrag = ice.find((line) => line.startsWith("a=ice-ufrag:"));
  const password = ice.find((line) => line.startsWith("a=ice-pwd:"));
  if (!ufrag || !password) return null;
  const candidates = ice.filter((line) => line !== ufrag && line !== password);
  const result = lines(answer).flatMap((line) => {
    if (line.startsWith("a=ice-ufrag:")) return [ufrag, password, ...candidates];
    const replaced = line.startsWith("a=ice-pwd:") || (candidates.length > 0 && OF_ICE.test(line));
    return replaced ? [] : [line];
  });
  return `${result.join("\r\n")}\r\n`;
}
