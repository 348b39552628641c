/** One file on its way: tus 1.0 by tus-js-client; what was begun anywhere is gone on with. */
import * as tus from "tus-js-client";

interface Moving {
  readonly name: string;
  readonly sent: number;
  readonly size: number;
  /** It goes on where it was left. */
  readonly resumed: boolean;
}

export type SenderState =
  | { readonly phase: "idle" | "sent" }
  | (Moving & { readonly phase: "sending" | "paused" })
  | { readonly phase: "refused"; readonly message: string };

export interface SenderOptions {
  readonly endpoint: string;
  readonly csrf: string;
  /** Bytes of one part, as the server takes them. */
  readonly part: number;
  readonly onChange: (state: SenderState) => void;
  /** What this person has begun to send to this lesson, on whatever device. */
  readonly unfinished: () => Promise<readonly Unfinished[]>;
}

export interface Unfinished {
  readonly name: string;
  readonly size: number;
  readonly url: string;
}

/** Milliseconds between attempts; a line may be away for long. */
const RETRIES = [0, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000, 60_000, 60_000, 60_000];
/** What another attempt can cure. */
const CURABLE = new Set([0, 409, 423, 429, 460, 500, 502, 503, 504]);

export class Sender {
  #upload: tus.Upload | null = null;
  #resumed = false;

  constructor(private readonly options: SenderOptions) {}

  async send(file: File): Promise<void> {
    const upload = new tus.Upload(file, {
      endpoint: this.options.endpoint,
      chunkSize: this.options.part,
      retryDelays: RETRIES,
      storeFingerprintForResuming: false, // the server knows what was begun
      headers: { "X-CSRFToken": this.options.csrf },
      metadata: { filename: file.name },
      onProgress: (sent) => this.#tell(file, sent),
      onChunkComplete: () => (this.#waits = false),
      onShouldRetry: (reason) => {
        this.#waits = CURABLE.has(status(reason));
        if (this.#waits) this.#tell(file, this.#sent);
        return this.#waits;
      },
      onSuccess: () => this.options.onChange({ phase: "sent" }),
      onError: (reason) => this.options.onChange({ phase: "refused", message: message(reason) }),
    });
    this.#upload = upload;
    this.#tell(file, 0);
    const before = await this.options.unfinished();
    const same = before.find((one) => one.name === file.name && one.size === file.size);
    if (same) {
      this.#resumed = true;
      upload.options.uploadUrl = new URL(same.url, location.href).href;
    }
    if (this.#upload === upload) upload.start();
  }

  /** It is not wanted any more: what is at the server is removed too. */
  giveUp(): void {
    void this.#upload?.abort(true).catch(() => undefined);
    this.#upload = null;
    this.options.onChange({ phase: "idle" });
  }

  #sent = 0;
  /** Since the last part arrived, an attempt has failed. */
  #waits = false;

  #tell(file: File, sent: number): void {
    if (!this.#upload) return;
    const phase = this.#waits ? "paused" : "sending";
    this.#sent = sent;
    this.options.onChange({ phase, name: file.name, sent, size: file.size, resumed: this.#resumed });
  }
}

function status(reason: Error | tus.DetailedError): number {
  return "originalResponse" in reason ? (reason.originalResponse?.getStatus() ?? 0) : 0;
}

/** The server's own sentence, where it said one. */
function message(reason: Error | tus.DetailedError): string {
  const body = "originalResponse" in reason ? (reason.originalResponse?.getBody() ?? "") : "";
  try {
    return (JSON.parse(body) as { message?: string }).message ?? "";
  } catch {
    return "";
  }
}
