/** The build that this page belongs to; set by vite.config.ts. */
declare const __RELEASE__: string;
