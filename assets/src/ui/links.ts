/**
 * Addresses in what people write. Only http and https become links, exactly as they were typed, so
 * that who taps one has read where it leads: no name in front of the host (`https://bank@other`), no
 * host that goes on in letters that look like others, no preview that would tell somebody's server
 * who reads.
 */
import { html, type TemplateResult } from "lit";

export interface Piece {
  readonly text: string;
  /** Where it leads; empty for plain words. */
  readonly href: string;
  readonly host: string;
}

/** RFC 3986 section 2: whatever may stand in an address, and no more. */
const ADDRESS = /https?:\/\/[\w\-.~:/?#[\]@!$&'()*+,;=%]+/gi;
/** What ends a sentence rather than an address. */
const BEHIND = /[.,;:!?'"\]*_~]+$/;
const LETTER = /^[\p{L}\p{N}]/u;
/** Addresses made of one text: a wall of them is no help. */
const MOST = 20;

/** `text` in pieces, in order; joined they are `text` again. */
export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let [done, links] = [0, 0];
  for (const match of text.matchAll(ADDRESS)) {
    if (links >= MOST) break;
    const address = trimmed(match[0]);
    const url = read(address, text.slice(match.index + match[0].length));
    if (!url) continue;
    if (match.index > done) found.push(plain(text.slice(done, match.index)));
    found.push({ text: address, href: url.href, host: url.host });
    done = match.index + address.length;
    links += 1;
  }
  if (done < text.length) found.push(plain(text.slice(done)));
  return found;
}

/** `text` as it is shown, with its links. */
export function written(text: string): string | (string | TemplateResult)[] {
  if (!text.includes("://")) return text;
  return pieces(text).map((one) =>
    one.href
      ? html`<a href=${one.href} title=${one.host} target="_blank" rel="noopener noreferrer nofollow ugc">${one.text}</a>`
      : one.text,
  );
}

function plain(text: string): Piece {
  return { text, href: "", host: "" };
}

/** Without the sentence around it; a closing bracket stays where one was opened in the address. */
function trimmed(address: string): string {
  let rest = address.replace(BEHIND, "");
  while (rest.endsWith(")") && rest.split(")").length > rest.split("(").length) {
    rest = rest.slice(0, -1).replace(BEHIND, "");
  }
  return rest;
}

/** Null for what is no address, or not the one that it seems to be. */
function read(address: string, behind: string): URL | null {
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  const within = !address.slice(address.indexOf("://") + 3).match(/[/?#]/);
  if (within && LETTER.test(behind)) return null; // the host goes on in other letters
  if (url.username || url.password || !url.hostname.includes(".")) return null;
  return url;
}
