/** Keeps a valid ticket: asked for once, shared by socket and media, renewed before it expires. */

/** Answer of `POST urls.ticket`. */
export interface Ticket {
  readonly ticket: string;
  /** Seconds from now. */
  readonly expires_in: number;
  readonly media: {
    readonly watch: string;
    readonly publish: string | null;
    /** For a member who was asked to speak. */
    readonly speak: string | null;
    /** STUN and TURN, with credentials of hours. */
    readonly ice_servers: readonly RTCIceServer[];
  };
}

/** The server said no for good; `code` as on the wire, or `signed_out`. */
export class TicketRefused extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export interface TicketOptions {
  readonly url: string;
  readonly csrf: string;
  readonly fetch?: typeof fetch;
  /** Milliseconds, monotonic. */
  readonly now?: () => number;
}

/** Seconds before the end at which a ticket is no longer handed out. */
const MARGIN = 20;

export class TicketOffice {
  #held: Ticket | null = null;
  #servers: readonly RTCIceServer[] = [];
  #until = 0;
  #asking: Promise<Ticket> | null = null;
  readonly #fetch: typeof fetch;
  readonly #now: () => number;

  constructor(private readonly options: TicketOptions) {
    this.#fetch = options.fetch ?? ((input, init) => fetch(input, init));
    this.#now = options.now ?? (() => performance.now());
  }

  /** A ticket that is good for a while. Throws TicketRefused, or TypeError without network. */
  async get(): Promise<Ticket> {
    if (this.#held && this.#now() < this.#until) return this.#held;
    this.#asking ??= this.#ask().finally(() => (this.#asking = null));
    return this.#asking;
  }

  /** The servers of the newest ticket; none before the first. */
  get servers(): readonly RTCIceServer[] {
    return this.#servers;
  }

  /** Forget the held ticket: the server called it expired. */
  drop(): void {
    this.#held = null;
  }

  async #ask(): Promise<Ticket> {
    const answer = await this.#fetch(this.options.url, {
      method: "POST",
      headers: { "X-CSRFToken": this.options.csrf, Accept: "application/json" },
      credentials: "same-origin",
      redirect: "manual",
    });
    if (answer.type === "opaqueredirect" || answer.status === 401) {
      throw new TicketRefused("signed_out", "");
    }
    if (answer.status === 403 || answer.status === 404) throw await refusal(answer);
    if (!answer.ok) throw new TypeError(`ticket: ${answer.status}`);
    const ticket = (await answer.json()) as Ticket;
    this.#held = ticket;
    this.#servers = ticket.media.ice_servers;
    const good = Math.max(ticket.expires_in - MARGIN, ticket.expires_in / 2);
    this.#until = this.#now() + good * 1000;
    return ticket;
  }
}

/** A refusal without a code is Django's own: the session or its CSRF token is gone. */
async function refusal(answer: Response): Promise<TicketRefused> {
  try {
    const body = (await answer.json()) as { code?: string; message?: string };
    return new TicketRefused(body.code ?? "signed_out", body.message ?? "");
  } catch {
    return new TicketRefused("signed_out", "");
  }
}
