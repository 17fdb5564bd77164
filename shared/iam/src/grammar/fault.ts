export interface Fault {
  readonly text: string;
  /** AWS may take the policy without a word; the statement, or that part of it, then never matches anything. */
  readonly idle: boolean;
}

export const refused = (text: string): Fault => ({ text, idle: false });
export const idle = (text: string): Fault => ({ text, idle: true });
