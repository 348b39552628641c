/** The outbox in IndexedDB; where there is none (private windows) it lives as long as the page. */
import { type Entry, keyOf, type Store } from "./outbox";

const NAME = "liveclass-watched";
const TABLE = "reports";

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(TABLE);
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error ?? new Error("indexedDB"));
  });
}

export class Kept implements Store {
  readonly #base = open();

  constructor() {
    this.#base.catch(() => undefined);
  }

  async all(): Promise<Entry[]> {
    return (await this.#run("readonly", (table) => table.getAll())) as Entry[];
  }

  async put(entry: Entry): Promise<void> {
    await this.#run("readwrite", (table) => table.put(entry, keyOf(entry)));
  }

  async remove(entry: Entry): Promise<void> {
    await this.#run("readwrite", (table) => table.delete(keyOf(entry)));
  }

  async #run(mode: IDBTransactionMode, act: (table: IDBObjectStore) => IDBRequest): Promise<unknown> {
    const base = await this.#base;
    return new Promise((resolve, reject) => {
      const work = base.transaction(TABLE, mode);
      const asked = act(work.objectStore(TABLE));
      work.oncomplete = () => resolve(asked.result);
      work.onabort = () => reject(work.error ?? new Error("indexedDB"));
    });
  }
}
