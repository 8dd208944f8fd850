/** The version that the pinned SDK speaks and types; the contract test holds them together. */
export const API_VERSION = '2026-10-28.endive';
