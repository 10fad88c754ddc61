import type { Inquiry, Prepared, Work } from "../analysis/computation.js";
import type { Failure } from "../store/store.js";
import type { PackedContent } from "./packed-content.js";

/** What a thread is given and gives back, by the name of the step. */
export interface Step {
  readonly prepare: {
    readonly task: { readonly inquiry: Inquiry; readonly content: PackedContent };
    readonly result: Prepared;
  };
  readonly part: { readonly task: { readonly work: Work; readonly part: number }; readonly result: null };
  readonly finish: {
    readonly task: {
      readonly inquiry: Inquiry;
      readonly content: PackedContent;
      readonly work: Work | null;
    };
    readonly result: Uint8Array;
  };
}

export type Done<T> = { readonly value: T } | { readonly failure: Failure };
