/** Every workflow's path begins with this, and no other path does. */
export const runPrefix = '/run/';
