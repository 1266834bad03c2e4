/** Modal's own headers: the platform refuses some of them, and others carry its credentials. */
export const platformHeaderPrefix = 'modal-';

/** Parameters of the platform's own protocol: with them, a caller could load another caller's result. */
export const platformParameterPrefix = '__modal_';
