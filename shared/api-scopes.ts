/** What an API token may do. Apart from the schemas, so that the page need not load those. */
export const API_SCOPES = ['tasks:read', 'tasks:write', 'approve', 'view', 'control', 'mcp', 'cdp'] as const;
