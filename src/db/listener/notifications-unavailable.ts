/** The database answers, and yet notifications do not reach us on this connection, nor will on the next one like it. */
export class NotificationsUnavailableError extends Error {
  override readonly name = 'NotificationsUnavailableError';

  constructor(why: string, options?: ErrorOptions) {
    super(
      `Notifications do not arrive: ${why}. Changes are found by polling; to hear of them at once, give DATABASE_LISTEN_URL a direct or session-mode address of the primary, or "off" to stop trying.`,
      options,
    );
  }
}
