import type { Problem } from "#domain/problem.ts";
import type { ShopFacts, StoreFacts } from "#storage/ports/store-care.ts";
import type { House } from "../compose.ts";
import type { ServerNote } from "../folder-lock.ts";

export type Level = "ok" | "warning" | "error";

/** What a check found, and what to do about it where something is to be done. Names no customer and quotes no secret. */
export type Finding = { readonly level: Level; readonly says: string; readonly todo?: string };

/** The server on this data folder, as far as it says. */
export type ServerState = {
  readonly note: ServerNote | null;
  /** What its /health said; null when it did not answer. */
  readonly health: {
    readonly status: string;
    readonly learner: { readonly running: boolean; readonly failure: string | null; readonly lagEvents: number };
  } | null;
};

/** All that the checks look at, found out once. */
export type Checkup = {
  readonly dataFolder: string;
  readonly databaseUrl: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly now: number;
  readonly server: ServerState | null;
  /** Why the store could not be looked into; null when it could. */
  readonly storeProblem: Problem | null;
  readonly facts: StoreFacts | null;
  readonly unreadableRows: readonly string[];
  readonly shops: readonly ShopFacts[];
  /** Null where opening the house would change the store, or cannot be done. */
  readonly house: House | null;
  /** Why the house could not be opened, where the store could be looked into. */
  readonly houseProblem: Problem | null;
  /** The words of a recovery kit that are to be proven; null: none were given. */
  readonly kit: string | null;
};

export type Check = { readonly name: string; readonly run: (checkup: Checkup) => Promise<readonly Finding[]> | readonly Finding[] };

/** Whether this version can use the store as it is. */
export const isCurrent = ({ steps, knownSteps, missingTables }: StoreFacts) =>
  steps !== null && missingTables.length === 0 && steps.length === knownSteps.length && steps.every((step) => knownSteps.includes(step));

/** Whether the checks that look at shops have anything to look at. */
export const isReadable = ({ storeProblem, facts }: Pick<Checkup, "storeProblem" | "facts">) =>
  storeProblem === null && facts !== null && isCurrent(facts);

export const ok = (says: string): Finding => ({ level: "ok", says });
export const warning = (says: string, todo: string): Finding => ({ level: "warning", says, todo });
export const error = (says: string, todo: string): Finding => ({ level: "error", says, todo });

export const plural = (count: number, one: string, many = `${one}s`) => `${count.toLocaleString("en-US")} ${count === 1 ? one : many}`;
export const megabytes = (bytes: number) => `${(bytes / 1e6).toLocaleString("en-US", { maximumFractionDigits: 1 })} MB`;
