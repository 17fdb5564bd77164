/** Names in the cache. Everything about one student shares a hash tag, so that it lives on one shard (CACHE-4). */

/** What was last known to have been committed for this student; values below it are stale. */
export function markerKey(environment: string, studentId: string): string {
  return `${environment}:v:{${studentId}}`;
}

/** Holds the generation that the cache was filled under. A cache that has lost its memory has lost this as well. */
export function generationKey(environment: string): string {
  return `${environment}:generation`;
}

export function studentKey(environment: string, generation: number, studentId: string, view: string): string {
  return `${environment}:g${generation}:st:{${studentId}}:${view}`;
}
