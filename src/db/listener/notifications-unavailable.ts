/** The database responds, but notifications do not arrive on this connection, and will not on the next one like it. */
export class NotificationsUnavailableError extends Error {
  override readonly name = 'NotificationsUnavailableError';

  constructor(why: string, options?: ErrorOptions) {
    super(
      `Notifications do not arrive: ${why}. Changes are found by polling. To receive notifications, set DATABASE_LISTEN_URL to a direct or session-mode URL of the primary; set it to "off" to stop trying.`,
      options,
    );
  }
}
