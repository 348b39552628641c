/** The few parts of node the tests use; saves a dependency on its complete types. */
declare module "node:test" {
  interface Clocks {
    enable(what: { readonly apis: readonly string[] }): void;
    tick(ms: number): void;
  }
  interface Context {
    readonly mock: { readonly timers: Clocks };
  }
  export function test(
    name: string,
    body: (context: Context) => void | Promise<void>,
  ): Promise<void>;
}
declare module "node:assert/strict" {
  interface Assert {
    ok(value: unknown, message?: string): asserts value;
    equal(actual: unknown, expected: unknown, message?: string): void;
    deepEqual(actual: unknown, expected: unknown, message?: string): void;
    rejects(promise: Promise<unknown>, check?: (error: never) => boolean): Promise<void>;
  }
  const assert: Assert;
  export default assert;
}
declare module "node:fs" {
  export function existsSync(path: string): boolean;
  export function readFileSync(path: string, encoding: "utf8"): string;
  export function readdirSync(path: string): string[];
}
declare module "node:path" {
  export function join(...parts: string[]): string;
}
declare const process: { readonly env: Readonly<Record<string, string | undefined>> };
