/** Before every path. Apart from the routes, of which a function needs no list. */
export const apiBasePath = '/api/v1';
