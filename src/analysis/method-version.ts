/**
 * Names the definitions behind every number (METHODS); part of each answer and of its cache key. A change
 * that moves any number bumps it, with the golden files, in the same commit, and the changelog says who is affected.
 */
export const METHOD_VERSION = "2";
