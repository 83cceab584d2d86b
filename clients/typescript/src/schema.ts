// Made by tools/generate.js from the server's OpenAPI document: do not change it by hand.
export interface paths {
    "/v1/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List sessions
         * @description Ordered by chat id. The response is streamed, so a page may be large. Requires the scope bot or admin.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Only sessions whose config has this mode, such as PILOT. */
                    mode?: string;
                    /** @description Only sessions with a config in which this strategy is true. */
                    strategy?: string;
                    /** @description The next of the previous page. */
                    after?: string;
                    /** @description The maximum number of sessions on the page. */
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SessionPage"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{chatId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a session
         * @description If-None-Match with the current ETag returns 304. Requires the scope bot or admin.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description A Telegram chat id: digits with an optional leading minus, at most 50 characters. */
                    chatId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SessionView"];
                    };
                };
                /** @description Not Modified */
                304: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        /**
         * Save a session
         * @description Creates the session (201) or replaces it (200), and returns it with masked secrets. If-Match saves only over that version; If-None-Match: * only creates. Requires the scope bot or admin.
         */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description A Telegram chat id: digits with an optional leading minus, at most 50 characters. */
                    chatId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["SessionBody"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SessionView"];
                    };
                };
                /** @description Created */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SessionView"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Precondition Failed */
                412: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        post?: never;
        /**
         * Delete a session and its keys
         * @description If-Match deletes only that version. Requires the scope bot or admin.
         */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description A Telegram chat id: digits with an optional leading minus, at most 50 characters. */
                    chatId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description No Content */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Precondition Failed */
                412: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{chatId}/config": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change fields of a config
         * @description A JSON merge patch (RFC 7396), applied in the database, so concurrent changes of other fields are kept. Returns the session with masked secrets. Requires the scope bot or admin.
         */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description A Telegram chat id: digits with an optional leading minus, at most 50 characters. */
                    chatId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/merge-patch+json": components["schemas"]["JsonElement"];
                    "application/json": components["schemas"]["JsonElement"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SessionView"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Precondition Failed */
                412: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/sessions:batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Save many sessions, all or none
         * @description An object with the list sessions, or only the list. Each chat appears once, each config is complete. Requires the scope bot or admin.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["SessionBatchBody"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SessionBatchView"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dispatch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The chats that may get a signal now, with their mode
         * @description Their access holds by the store's clock, the bot and the chat have the strategy and the group on, and neither has disabled the symbol. Served from an index in memory, or by a query of the store. The response is streamed and has no pages. Requires the scope bot or admin.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Required. The strategy of the signal, such as TREND. */
                    strategy?: string;
                    /** @description The group of the asset, such as CRYPTO. Without it, the groups do not matter. */
                    group?: string;
                    /** @description The symbol, such as BTCUSDT. Without it, disabled assets do not matter. */
                    symbol?: string;
                    /** @description Only chats in one of these modes, separated by commas, such as PILOT,COPILOT. Without it, chats of any mode and without one. */
                    modes?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["RecipientList"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users:access": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Check whether chats may use the bot
         * @description At most 1,000 chats; the results have the same order. Fails closed, like the check of one chat. Requires the scope bot or admin.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["AccessBody"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccessList"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/trades:batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Store many trades
         * @description Streams any number of trades as NDJSON, one JSON object per line. A rejected line is reported and does not affect the others. The call is idempotent. Requires the scope bot or admin.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/x-ndjson": components["schemas"]["TradeBody"];
                    "application/jsonl": components["schemas"]["TradeBody"];
                    "application/ndjson": components["schemas"]["TradeBody"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["TradeBatchView"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Watch changes
         * @description Streams server-sent events: event change, data {"table","id"}. The id is * if any record of the table may have changed. Several changes of one record may be one event. Event subscription_ending, data {"chatId","endsAt","days","timezone"}: a subscription ends within that many days; sent once for each end and number of days. Comments keep the connection alive. A stream that is read too slowly gets the event resync and ends. A stream whose API key is removed or changed gets the event end. After a reconnect, reload the records that you cache. Requires the scope bot or admin.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/event-stream": string;
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Too Many Requests */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the status of store, connection pool, write queue and keys
         * @description Requires the scope admin.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ServerReport"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List users
         * @description Ordered by chat id; with name, by name; with endsFrom or endsBefore, subscribers by the end of their subscription. Requires the scope bot or admin.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Only users whose names begin with this text; upper and lower case are equal. */
                    name?: string;
                    /** @description Only subscriptions that end at or after this instant. */
                    endsFrom?: string;
                    /** @description Only subscriptions that end before this instant. */
                    endsBefore?: string;
                    /** @description The next of the previous page. */
                    after?: string;
                    /** @description The maximum number of users on the page. */
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UserPage"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/{chatId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a user
         * @description If-None-Match with the current ETag returns 304. Requires the scope bot or admin.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description A Telegram chat id: digits with an optional leading minus, at most 50 characters. */
                    chatId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UserView"];
                    };
                };
                /** @description Not Modified */
                304: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        /**
         * Add or change a user
         * @description Omitted properties keep their stored values, or get defaults for a new user. A new user needs days or expiresAt (null: no end). Supports If-Match and If-None-Match: *. A key without the scope admin may change only timezone and groups of an existing user. Requires the scope bot or admin.
         */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description A Telegram chat id: digits with an optional leading minus, at most 50 characters. */
                    chatId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["UserBody"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UserView"];
                    };
                };
                /** @description Created */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UserView"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Precondition Failed */
                412: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        post?: never;
        /**
         * Remove a user
         * @description The sessions and trades of the chat are kept. Requires the scope admin.
         */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description A Telegram chat id: digits with an optional leading minus, at most 50 characters. */
                    chatId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description No Content */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Precondition Failed */
                412: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        /**
         * Change a user's preferences
         * @description A JSON merge patch (RFC 7396) of timezone and groups. The scope bot is sufficient. Returns the user. Supports If-Match. Requires the scope bot or admin.
         */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description A Telegram chat id: digits with an optional leading minus, at most 50 characters. */
                    chatId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/merge-patch+json": components["schemas"]["UserPreferencesBody"];
                    "application/json": components["schemas"]["UserPreferencesBody"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UserView"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Precondition Failed */
                412: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/users/{chatId}/access": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Check whether a chat may use the bot
         * @description Uses the store's clock. Fails closed: if the store is unavailable, allowed is false and role is error. Requires the scope bot or admin.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description A Telegram chat id: digits with an optional leading minus, at most 50 characters. */
                    chatId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccessView"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/{chatId}/extend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Extend a subscription
         * @description Adds days to the later of now and its current end. A subscription without an end stays unchanged. Requires the scope admin.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description A Telegram chat id: digits with an optional leading minus, at most 50 characters. */
                    chatId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ExtendBody"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UserView"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/{chatId}/forget": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Erase a chat
         * @description Erases the session with all keys, the user, the keyed state, tasks, calibrations, history of changes and dead letters of the chat. Trades stay under a number at random. Returns a receipt: what was erased, what stays and why. A second call erases nothing. Refused while PostgreSQL is unavailable. Requires the scope admin.
         */
        post: {
            parameters: {
                query?: {
                    /** @description true only counts what would be erased. */
                    dryRun?: string;
                };
                header?: never;
                path: {
                    /** @description A Telegram chat id: digits with an optional leading minus, at most 50 characters. */
                    chatId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErasureReceipt"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/bot-state": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the switches
         * @description Returns defaults with version 0 if nothing was ever written. Requires the scope bot or admin.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["BotStateView"];
                    };
                };
                /** @description Not Modified */
                304: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        /**
         * Replace the switches
         * @description Omitted properties keep their stored values; each property that is present is replaced completely. Supports If-Match. Requires the scope bot or admin.
         */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["BotStateBody"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["BotStateView"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Precondition Failed */
                412: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change switches
         * @description A JSON merge patch (RFC 7396), applied in the database, so concurrent changes of other switches are kept. disabledAssets is the complete list. Requires the scope bot or admin.
         */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/merge-patch+json": components["schemas"]["BotStateBody"];
                    "application/json": components["schemas"]["BotStateBody"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["BotStateView"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Precondition Failed */
                412: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/system-config": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the settings
         * @description Ordered by key. Requires the scope bot or admin.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ConfigEntryList"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/system-config/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a setting
         * @description If-None-Match with the current ETag returns 304. Requires the scope bot or admin.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The key of the record: at most 100 characters in settings, at most 512 bytes in the keyed state, where slashes are sent as %2F. */
                    key: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ConfigEntryView"];
                    };
                };
                /** @description Not Modified */
                304: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        /**
         * Set a setting
         * @description Supports If-Match and If-None-Match: *. Requires the scope admin.
         */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The key of the record: at most 100 characters in settings, at most 512 bytes in the keyed state, where slashes are sent as %2F. */
                    key: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ConfigEntryBody"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ConfigEntryView"];
                    };
                };
                /** @description Created */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ConfigEntryView"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Precondition Failed */
                412: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        post?: never;
        /**
         * Remove a setting
         * @description Requires the scope admin.
         */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The key of the record: at most 100 characters in settings, at most 512 bytes in the keyed state, where slashes are sent as %2F. */
                    key: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description No Content */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Precondition Failed */
                412: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/trades": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List trades
         * @description Newest entry first. The response is streamed, so a page may be large. Requires the scope bot or admin.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Only this chat. */
                    chatId?: string;
                    /** @description OPEN, CLOSED or CANCELLED. */
                    status?: string;
                    /** @description Only this symbol (exact match). */
                    symbol?: string;
                    /** @description Entered at or after this instant. */
                    from?: string;
                    /** @description Entered before this instant. */
                    to?: string;
                    /** @description Only this strategy (exact match). */
                    strategy?: string;
                    /** @description Only this exchange (exact match). */
                    exchange?: string;
                    /** @description Closed at or after this instant. */
                    exitFrom?: string;
                    /** @description Closed before this instant. */
                    exitTo?: string;
                    /** @description The next of the previous page. */
                    after?: string;
                    /** @description The maximum number of trades on the page. */
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["TradePage"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Store a trade
         * @description The trade may be open or already closed. Returns 201 and the stored trade, or 200 if a trade with this id already exists, which stays unchanged. Returns 409 if the subscription of the chat has expired and the trade would open a position. Requires the scope bot or admin.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["TradeBody"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["TradeView"];
                    };
                };
                /** @description Created */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["TradeView"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Conflict */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/trades/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a trade
         * @description Returns 409 with the chats if several have a trade with the id; use chatId to select one. Requires the scope bot or admin.
         */
        get: {
            parameters: {
                query?: {
                    /** @description The chat, if several have a trade with the id. */
                    chatId?: string;
                    /** @description The entry time, if the chat has several trades with the id. */
                    entryTimestamp?: string;
                };
                header?: never;
                path: {
                    /** @description The id of the record. */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["TradeView"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Conflict */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/trades/{id}/close": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Close or cancel an open trade
         * @description Also works for a chat with an expired subscription. Returns 409 if the trade is not open. If several chats have a trade with the id and only one is open, that one is closed; otherwise returns 409 with the chats, and chatId selects one. Requires the scope bot or admin.
         */
        post: {
            parameters: {
                query?: {
                    /** @description The chat, if several have a trade with the id. It may be in the body instead. */
                    chatId?: string;
                };
                header?: never;
                path: {
                    /** @description The id of the record. */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["TradeCloseBody"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["TradeView"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Conflict */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/trades/performance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the performance of closed trades
         * @description Computed in the database with exact decimals. With groupBy, the response also has the figures of each group. Requires the scope bot or admin.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Only this chat. Default: all chats. */
                    chatId?: string;
                    /** @description Only trades closed in this many last days by the store's clock. Default: all. */
                    days?: number;
                    /** @description Closed at or after this instant. */
                    from?: string;
                    /** @description Closed before this instant. */
                    to?: string;
                    /** @description Only this symbol (exact match). */
                    symbol?: string;
                    /** @description Only this strategy (exact match). */
                    strategy?: string;
                    /** @description Only this exchange (exact match). */
                    exchange?: string;
                    /** @description strategy, symbol, exchange, chat, side, month or day. */
                    groupBy?: string;
                    /** @description The maximum number of groups. */
                    limit?: number;
                    /** @description true: also average the numbers mae and mfe of the metadata, which takes longer. */
                    excursions?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PerformanceView"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/trades/equity": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read an equity curve
         * @description The running total of PnL and its fall below its peak, by buckets of the time of exit. At most 10,000 points. Requires the scope bot or admin.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Only this chat. Default: all chats. */
                    chatId?: string;
                    /** @description A number with m, h, d or w: the width of a bucket, such as 15m; at most 366d. Default: 1d. */
                    bucket?: string;
                    /** @description Only trades closed in this many last days by the store's clock. Default: all. */
                    days?: number;
                    /** @description Closed at or after this instant. */
                    from?: string;
                    /** @description Closed before this instant. */
                    to?: string;
                    /** @description Only this symbol (exact match). */
                    symbol?: string;
                    /** @description Only this strategy (exact match). */
                    strategy?: string;
                    /** @description Only this exchange (exact match). */
                    exchange?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["EquityView"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/calibration/{chatId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the calibrations of a chat
         * @description Ordered by strategy, symbol and exchange. Requires the scope bot or admin.
         */
        get: {
            parameters: {
                query?: {
                    /** @description The next of the previous page. */
                    after?: string;
                    /** @description The maximum number of calibrations on the page. */
                    limit?: number;
                };
                header?: never;
                path: {
                    /** @description A Telegram chat id: digits with an optional leading minus, at most 50 characters. */
                    chatId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CalibrationPage"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/calibration/{chatId}/{strategy}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the calibration that applies
         * @description The most specific active one: for symbol and exchange, for the symbol, for the exchange, for the strategy. exact=true reads the one for exactly these names, active or not. If-None-Match with the current ETag returns 304. Requires the scope bot or admin.
         */
        get: {
            parameters: {
                query?: {
                    /** @description The symbol. Default: only calibrations of all symbols. */
                    symbol?: string;
                    /** @description The exchange. Default: only calibrations of all exchanges. */
                    exchange?: string;
                    /** @description true: the calibration for exactly these names, active or not. */
                    exact?: string;
                };
                header?: never;
                path: {
                    /** @description A Telegram chat id: digits with an optional leading minus, at most 50 characters. */
                    chatId: string;
                    strategy: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CalibrationView"];
                    };
                };
                /** @description Not Modified */
                304: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        /**
         * Set a calibration
         * @description Creates the calibration for exactly these names (201) or replaces it (200). Supports If-Match and If-None-Match: *. Requires the scope bot or admin.
         */
        put: {
            parameters: {
                query?: {
                    /** @description The symbol. Default: all symbols. */
                    symbol?: string;
                    /** @description The exchange. Default: all exchanges. */
                    exchange?: string;
                };
                header?: never;
                path: {
                    /** @description A Telegram chat id: digits with an optional leading minus, at most 50 characters. */
                    chatId: string;
                    strategy: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["CalibrationBody"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CalibrationView"];
                    };
                };
                /** @description Created */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CalibrationView"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Precondition Failed */
                412: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        post?: never;
        /**
         * Delete a calibration
         * @description The one for exactly these names. If-Match deletes only that version. Requires the scope bot or admin.
         */
        delete: {
            parameters: {
                query?: {
                    /** @description The symbol. Default: the calibration of all symbols. */
                    symbol?: string;
                    /** @description The exchange. Default: the calibration of all exchanges. */
                    exchange?: string;
                };
                header?: never;
                path: {
                    /** @description A Telegram chat id: digits with an optional leading minus, at most 50 characters. */
                    chatId: string;
                    strategy: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description No Content */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Precondition Failed */
                412: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/calibration/{chatId}/{strategy}:auto": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Calibrate a strategy by its performance
         * @description By the closed trades of the last 30 days with these names. With fewer than 10, nothing is changed and calibrated is false. Requires the scope bot or admin.
         */
        post: {
            parameters: {
                query?: {
                    /** @description The symbol. Default: the trades of all symbols, for the calibration of all. */
                    symbol?: string;
                    /** @description The exchange. Default: the trades of all exchanges, for the calibration of all. */
                    exchange?: string;
                };
                header?: never;
                path: {
                    /** @description A Telegram chat id: digits with an optional leading minus, at most 50 characters. */
                    chatId: string;
                    strategy: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AutomaticCalibrationView"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/state/{namespace}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the values of a namespace
         * @description Ordered by the bytes of the keys in UTF-8, without expired values. Requires the scope bot or admin.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Only keys that begin with this text. */
                    prefix?: string;
                    /** @description The next of the previous page. */
                    after?: string;
                    /** @description The maximum number of values on the page. */
                    limit?: number;
                };
                header?: never;
                path: {
                    /** @description At most 100 characters, without slashes and control characters. */
                    namespace: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["StateEntryPage"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/state/{namespace}/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a value
         * @description If-None-Match with the current ETag returns 304. An expired value does not exist. Requires the scope bot or admin.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description At most 100 characters, without slashes and control characters. */
                    namespace: string;
                    /** @description The key of the record: at most 100 characters in settings, at most 512 bytes in the keyed state, where slashes are sent as %2F. */
                    key: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["StateEntryView"];
                    };
                };
                /** @description Not Modified */
                304: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        /**
         * Set a value
         * @description Creates the value (201) or replaces it (200), with its expiry; 204 if it has expired at once. If-Match saves only over that version; If-None-Match: * only creates. Requires the scope bot or admin.
         */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description At most 100 characters, without slashes and control characters. */
                    namespace: string;
                    /** @description The key of the record: at most 100 characters in settings, at most 512 bytes in the keyed state, where slashes are sent as %2F. */
                    key: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["StateEntryBody"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["StateEntryView"];
                    };
                };
                /** @description Created */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["StateEntryView"];
                    };
                };
                /** @description No Content */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Precondition Failed */
                412: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        post?: never;
        /**
         * Delete a value
         * @description If-Match deletes only that version. Requires the scope bot or admin.
         */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description At most 100 characters, without slashes and control characters. */
                    namespace: string;
                    /** @description The key of the record: at most 100 characters in settings, at most 512 bytes in the keyed state, where slashes are sent as %2F. */
                    key: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description No Content */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Precondition Failed */
                412: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        /**
         * Change members of a value
         * @description A JSON merge patch (RFC 7396), applied in the database, so concurrent changes of other members are kept. Keeps the expiry unless ttlSeconds is given. Requires the scope bot or admin.
         */
        patch: {
            parameters: {
                query?: {
                    /** @description The new time to live in seconds, 1 to 3153600000. If absent, the expiry stays. */
                    ttlSeconds?: number;
                };
                header?: never;
                path: {
                    /** @description At most 100 characters, without slashes and control characters. */
                    namespace: string;
                    /** @description The key of the record: at most 100 characters in settings, at most 512 bytes in the keyed state, where slashes are sent as %2F. */
                    key: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/merge-patch+json": components["schemas"]["JsonElement"];
                    "application/json": components["schemas"]["JsonElement"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["StateEntryView"];
                    };
                };
                /** @description No Content */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Precondition Failed */
                412: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/tasks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List tasks
         * @description Ordered by id; ids that Nexus makes are in the order of creation. Requires the scope bot or admin.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Only this chat. */
                    chatId?: string;
                    /** @description true or false. */
                    isActive?: string;
                    /** @description true: only tasks whose last run or attempt failed. */
                    failed?: string;
                    /** @description Only this action (exact match). */
                    action?: string;
                    /** @description The next of the previous page. */
                    after?: string;
                    /** @description The maximum number of tasks on the page. */
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["TaskPage"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Create a task
         * @description Returns 201. A repeat with the same id and content returns the task that there is; another content under the id is refused with 409. Requires the scope bot or admin.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["TaskBody"];
                };
            };
            responses: {
                /** @description Created */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["TaskView"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Conflict */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a task
         * @description If-None-Match with the current ETag returns 304; a lease leaves the ETag. Requires the scope bot or admin.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The id of the record. */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["TaskView"];
                    };
                };
                /** @description Not Modified */
                304: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /**
         * Delete a task
         * @description A worker that has the task can no longer complete its run. Supports If-Match. Requires the scope bot or admin.
         */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The id of the record. */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description No Content */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Precondition Failed */
                412: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        /**
         * Change a task
         * @description Absent members stay. A worker that has the task can still complete its run. Supports If-Match. Requires the scope bot or admin.
         */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The id of the record. */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/merge-patch+json": components["schemas"]["TaskChangeBody"];
                    "application/json": components["schemas"]["TaskChangeBody"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["TaskView"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Precondition Failed */
                412: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/tasks/{id}:run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a task due now
         * @description Returns 409 if the task is not active. If a worker has it, it runs again after that run. Requires the scope bot or admin.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The id of the record. */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["TaskView"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Conflict */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks:claim": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Claim due tasks
         * @description The longest due first. No other worker gets them before the lease ends. Each has the number of its claim, lease.fence, which its completion, renewal and release name. During an outage of PostgreSQL nothing is claimed (503). Requires the scope bot or admin.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["TaskClaimBody"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["TaskClaimList"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks/{id}:complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Complete a run
         * @description Computes the next run. Returns 409 if another worker has taken the task over. A repeat returns the first result. Requires the scope bot or admin.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The id of the record. */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["TaskCompleteBody"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["TaskCompletionView"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Conflict */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks/{id}:renew": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Renew a claim
         * @description Returns 409 if another worker has taken the task over: stop the run. Requires the scope bot or admin.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The id of the record. */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["TaskRenewBody"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["TaskRenewalView"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Conflict */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks/{id}:release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give a task back before its run is completed
         * @description At once, or for another attempt later. Requires the scope bot or admin.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The id of the record. */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["TaskReleaseBody"];
                };
            };
            responses: {
                /** @description No Content */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Conflict */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the API keys
         * @description Lists neither the keys themselves, which are not stored, nor the admin key of the data folder. Requires the scope admin.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ApiKeyList"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Create an API key
         * @description Only this response contains the key. A key can grant only scopes that it has. Requires the scope admin.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ApiKeyBody"];
                };
            };
            responses: {
                /** @description Created */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["NewApiKeyView"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Conflict */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api-keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove an API key
         * @description It stops working at once, on every instance. Requires the scope admin.
         */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The id of the record. */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description No Content */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Conflict */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List changes
         * @description Who changed what, and when, newest first. Secrets appear as set, changed or removed only. Not available during an outage of PostgreSQL. Requires the scope admin.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Only this table: sessions, users, bot_state, system_config or api_keys. */
                    table?: string;
                    /** @description Only the record with this key; needs a table. */
                    key?: string;
                    /** @description Only changes of the author with this id. */
                    author?: string;
                    /** @description Only changes at or after this instant. */
                    from?: string;
                    /** @description Only changes before this instant. */
                    before?: string;
                    /** @description The next of the previous page. */
                    after?: string;
                    /** @description The maximum number of changes on the page. */
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["HistoryPage"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{chatId}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the changes of a session
         * @description The same list of one session, also of one that was deleted. Requires the scope bot or admin.
         */
        get: {
            parameters: {
                query?: {
                    /** @description The next of the previous page. */
                    after?: string;
                    /** @description The maximum number of changes on the page. */
                    limit?: number;
                };
                header?: never;
                path: {
                    /** @description A Telegram chat id: digits with an optional leading minus, at most 50 characters. */
                    chatId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["HistoryPage"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/{chatId}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the changes of a user
         * @description The same list of one user, also of one that was removed. Requires the scope bot or admin.
         */
        get: {
            parameters: {
                query?: {
                    /** @description The next of the previous page. */
                    after?: string;
                    /** @description The maximum number of changes on the page. */
                    limit?: number;
                };
                header?: never;
                path: {
                    /** @description A Telegram chat id: digits with an optional leading minus, at most 50 characters. */
                    chatId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["HistoryPage"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/outbox": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the state of the fallback
         * @description Returns 404 without a fallback: with the embedded store, and in the mode off. Requires the scope admin.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["OutboxView"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/outbox/conflicts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the conflicts
         * @description Spooled writes in conflict with another version of their record, with both versions. Requires the scope admin.
         */
        get: {
            parameters: {
                query?: {
                    /** @description The next of the previous page. */
                    after?: string;
                    /** @description The maximum number of conflicts on the page. */
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ConflictPage"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/outbox/conflicts/{id}/resolve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resolve a conflict
         * @description Applies the chosen version to PostgreSQL if it is not there already. Requires the scope admin.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The id of the record. */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ResolveBody"];
                };
            };
            responses: {
                /** @description No Content */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/outbox/quarantined": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the quarantined writes
         * @description Spooled writes that PostgreSQL refused, with the reason. Requires the scope admin.
         */
        get: {
            parameters: {
                query?: {
                    /** @description The next of the previous page. */
                    after?: string;
                    /** @description The maximum number of writes on the page. */
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["QuarantinedPage"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/outbox/quarantined/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Retry a quarantined write
         * @description Puts the write at the end of the outbox. Requires the scope admin.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The id of the record. */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description No Content */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/outbox/quarantined/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Discard a quarantined write
         * @description Deletes the write. This cannot be undone. Requires the scope admin.
         */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The id of the record. */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description No Content */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/alerts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the alerts
         * @description Firing and pending alerts, those resolved within the last hour, the silences and the notifiers. Requires the scope admin.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AlertList"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/alerts/silences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Silence alerts
         * @description Nobody is told about matching alerts until the end. They are evaluated and listed nevertheless. Requires the scope admin.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["SilenceBody"];
                };
            };
            responses: {
                /** @description Created */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Silence"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/alerts/silences/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End a silence
         * @description Requires the scope admin.
         */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The id of the record. */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description No Content */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/alerts/notifiers/{name}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a test message
         * @description Waits for the attempt. A notifier that was disabled is enabled again if it succeeds. Requires the scope admin.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The name of the notifier in the settings file. */
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["NotifierTestView"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/queries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the statements that take the most time
         * @description Their shapes without constants, from pg_stat_statements, at most 100. Requires the scope admin.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["QueryReport"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/queries/{id}/plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show the generic plan of a statement
         * @description Only statements of the server's own role are planned, and none is executed. Requires the scope admin.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The id of the record. */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["QueryPlan"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key is missing or unknown. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The API key lacks the scope. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
                /** @description The store is unavailable. Retry later. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Check whether the process is alive */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["HealthView"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Check whether the store is available */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["HealthView"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["HealthView"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Metrics
         * @description Prometheus text format. Requires the scope metrics or admin.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/plain": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        AccessBody: {
            /** @description Required. At most 1,000. */
            chatIds?: null | string[];
        };
        AccessList: {
            access: components["schemas"]["ChatAccessView"][];
        };
        /**
         * @description The role under which a chat may use the bot, or why it may not.
         * @enum {string}
         */
        AccessRole: "owner" | "admin" | "user" | "expired" | "none" | "error";
        AccessView: {
            allowed: boolean;
            /** @description owner, admin or user if allowed; otherwise expired, none, or error. error means that the store is unavailable and says nothing about the user. */
            role: components["schemas"]["AccessRole"];
        };
        AlertList: {
            alerts: components["schemas"]["AlertView"][];
            silences: components["schemas"]["Silence"][];
            notifiers: components["schemas"]["NotifierView"][];
            isLeader: boolean;
            settingsError: null | string;
        };
        AlertSeverity: number;
        AlertState: number;
        AlertView: {
            rule: string;
            severity: components["schemas"]["AlertSeverity"];
            state: components["schemas"]["AlertState"];
            labels: Record<string, never>;
            /** Format: double */
            value: number;
            unit: string;
            /** Format: double */
            threshold: number;
            /** Format: date-time */
            since: string;
            /** Format: date-time */
            firedAt: null | string;
            /** Format: date-time */
            resolvedAt: null | string;
            /** Format: date-time */
            silencedUntil: null | string;
            summary: string;
            remedy: string;
        };
        ApiKeyBody: {
            /** @description Required. What the key is for, at most 50 characters. */
            name?: null | string;
            /** @description Required. Any of bot, secrets, admin and metrics. A key can grant only scopes that it has. */
            scopes?: null | string[];
        };
        ApiKeyList: {
            apiKeys: components["schemas"]["ApiKeyView"][];
        };
        ApiKeyView: {
            id: string;
            name: string;
            scopes: string[];
            /** Format: date-time */
            createdAt: string;
        };
        AutomaticCalibrationView: {
            /** @description False if there were fewer than 10 trades, and nothing was changed. */
            calibrated: boolean;
            /**
             * Format: int64
             * @description The closed trades of the last 30 days.
             */
            trades: number;
            calibration: null | components["schemas"]["CalibrationView"];
        };
        BotStateBody: {
            /** @description An object that maps strategies to true or false. */
            enabledStrategies?: components["schemas"]["RawJson"];
            /** @description An object that maps groups to true, false or settings. */
            groupConfig?: components["schemas"]["RawJson"];
            /** @description The complete list of symbols that are not traded: at most 10,000 symbols of at most 100 characters. */
            disabledAssets?: null | string[];
            /** @description Whether signals pass the AI filter. Default: true. */
            aiFilterEnabled?: null | boolean;
            /**
             * Format: int64
             * @description Ignored: send the version in If-Match.
             */
            version?: null | number | string;
            /**
             * Format: date-time
             * @description Ignored.
             */
            lastUpdated?: null | string;
        };
        BotStateView: {
            enabledStrategies: components["schemas"]["RawJson"];
            groupConfig: components["schemas"]["RawJson"];
            disabledAssets: string[];
            aiFilterEnabled: boolean;
            /**
             * Format: int64
             * @description Increases with each change; 0 if nothing was ever written. Also the ETag.
             */
            version: number;
            /**
             * Format: date-time
             * @description Null if nothing was ever written.
             */
            lastUpdated: null | string;
        };
        CalibrationBody: {
            chatId?: null | components["schemas"]["ChatId"];
            /** @description Optional. If present, it must equal the strategy in the path. */
            strategy?: null | string;
            /** @description Optional. If present, it must equal the symbol in the query. */
            symbol?: null | string;
            /** @description Optional. If present, it must equal the exchange in the query. */
            exchange?: null | string;
            /**
             * Format: decimal
             * @description 0 to 1, at most 2 decimal places. Default: 0.7.
             */
            confidenceThreshold?: null | number | string;
            /**
             * Format: decimal
             * @description 0 to 999.99, at most 2 decimal places. Default: 1.
             */
            leverageMultiplier?: null | number | string;
            /**
             * Format: decimal
             * @description 0 to 999.99, at most 2 decimal places. Default: 1.
             */
            sizeMultiplier?: null | number | string;
            /**
             * Format: decimal
             * @description 0 to 1, at most 4 decimal places. Default: 0.5.
             */
            kellyFraction?: null | number | string;
            /**
             * Format: decimal
             * @description 0 to 1, at most 4 decimal places; null if there is none.
             */
            winRateEstimate?: null | number | string;
            /**
             * Format: decimal
             * @description 0 to 999,999.9999, at most 4 decimal places; null if there is none.
             */
            riskRewardEstimate?: null | number | string;
            /** @description An inactive calibration is kept and passed over. Default: true. */
            isActive?: null | boolean;
            /**
             * Format: int64
             * @description Ignored: send the version in If-Match.
             */
            version?: null | number | string;
            /**
             * Format: date-time
             * @description Ignored.
             */
            updatedAt?: null | string;
        };
        CalibrationPage: {
            calibrations: components["schemas"]["CalibrationView"][];
            /** @description Pass it as after to get the next page; null on the last page. */
            next: null | string;
        };
        CalibrationView: {
            chatId: string;
            strategy: string;
            /** @description Null: for all symbols. */
            symbol: null | string;
            /** @description Null: for all exchanges. */
            exchange: null | string;
            /** Format: decimal */
            confidenceThreshold: string;
            /** Format: decimal */
            leverageMultiplier: string;
            /** Format: decimal */
            sizeMultiplier: string;
            /** Format: decimal */
            kellyFraction: string;
            /** Format: decimal */
            winRateEstimate: null | string;
            /** Format: decimal */
            riskRewardEstimate: null | string;
            isActive: boolean;
            /**
             * Format: int64
             * @description Increases with each change. Also the ETag.
             */
            version: number;
            /** Format: date-time */
            updatedAt: string;
        };
        ChatAccessView: {
            chatId: string;
            allowed: boolean;
            role: components["schemas"]["AccessRole"];
        };
        ChatId: null | string;
        ConfigEntryBody: {
            /** @description Optional. If present, it must equal the key in the path. */
            key?: null | string;
            /** @description Any JSON value of at most 256 KiB. Its secrets are sealed; if the key is the name of a secret, the whole value is. A mask keeps the stored secret of this setting. */
            value?: components["schemas"]["RawJson"];
            /** @description Who makes the change, at most 50 characters. Default: the name of the API key. Null records no name. */
            updatedBy?: null | string;
            /**
             * Format: date-time
             * @description Ignored.
             */
            updatedAt?: null | string;
            /**
             * Format: int64
             * @description Ignored: send the version in If-Match.
             */
            version?: null | number | string;
            /** @description Ignored. */
            unreadable?: null | string[];
        };
        ConfigEntryList: {
            entries: components["schemas"]["ConfigEntryView"][];
        };
        ConfigEntryView: {
            key: string;
            /** @description Its secrets show a mask (******** and a tag) unless the API key has the scope secrets. */
            value: components["schemas"]["RawJson"];
            /** Format: date-time */
            updatedAt: string;
            updatedBy: null | string;
            /**
             * Format: int64
             * @description Increases with each change. Also the ETag.
             */
            version: number;
            /** @description Fields that are masked because the server's encryption keys cannot open them. */
            unreadable?: null | string[];
        };
        ConflictPage: {
            conflicts: components["schemas"]["ConflictView"][];
            /** @description Pass it as after to get the next page; null on the last page. */
            next: null | string;
        };
        ConflictVersionView: {
            /** Format: int64 */
            version: number;
            /** Format: date-time */
            at: null | string;
            /** @description The write that produces this version, with sealed secrets. A damaged write is shown as text. */
            write: components["schemas"]["RawJson"];
        };
        ConflictView: {
            /** Format: int64 */
            id: number;
            table: string;
            recordId: string;
            kind: string;
            /** Format: date-time */
            spooledAt: string;
            /** Format: date-time */
            foundAt: string;
            /** @description The version that is in effect: stored (in PostgreSQL) or spooled (in the outbox). */
            kept: string;
            reason: string;
            spooled: components["schemas"]["ConflictVersionView"];
            stored: null | components["schemas"]["ConflictVersionView"];
        };
        EquityPointView: {
            /**
             * Format: date-time
             * @description Where the bucket starts.
             */
            at: string;
            /**
             * Format: int64
             * @description The trades closed in it.
             */
            trades: number;
            /** Format: decimal */
            pnl: string;
            /** Format: decimal */
            fees: string;
            /**
             * Format: decimal
             * @description The running total of PnL at the end of the bucket; 0 before the first trade.
             */
            equity: string;
            /**
             * Format: decimal
             * @description How far the total is below its peak at the end of the bucket.
             */
            drawdown: string;
            /**
             * Format: decimal
             * @description The largest such fall at any trade within the bucket.
             */
            maxDrawdown: string;
        };
        EquityView: {
            /** @description In order of time. Buckets without a trade are left out. */
            points: components["schemas"]["EquityPointView"][];
        };
        ErasureItem: {
            name: string;
            /** Format: int64 */
            count: null | number;
            reason?: null | string;
        };
        ErasureReceipt: {
            chatId: string;
            /** Format: date-time */
            at: string;
            dryRun: boolean;
            erased: components["schemas"]["ErasureItem"][];
            kept: components["schemas"]["ErasureItem"][];
            pseudonym: null | string;
            /** Format: int32 */
            backups: null | number;
            /** Format: int32 */
            backupDays: null | number;
            isEmpty?: boolean;
        };
        ExtendBody: {
            /**
             * Format: int32
             * @description Required. Days to add to the later of now and the current end, 1 to 36,500.
             */
            days?: null | number | string;
        };
        /** @description What happens while PostgreSQL is unavailable. */
        FallbackMode: number;
        /** @description The state of the failover. */
        FallbackStatus: {
            /** @description What happens while PostgreSQL is unavailable. */
            mode: components["schemas"]["FallbackMode"];
            /** @description Whether the local replica serves: reads may be stale, and writes go to the outbox. */
            isLocal: boolean;
            reason: null | components["schemas"]["StoreUnavailableReason"];
            /** @description The reason in words. */
            message: null | string;
            /**
             * Format: date-time
             * @description When the outage began.
             */
            since: null | string;
            /** @description Age of the local replica; zero while PostgreSQL serves, null if the replica was never complete. */
            staleness: null | string;
            /**
             * Format: int64
             * @description Writes in the outbox that are not in PostgreSQL yet.
             */
            pending: number;
            /**
             * Format: int64
             * @description Writes that conflict with the stored record and wait for a decision.
             */
            conflicts: number;
            /**
             * Format: int64
             * @description Writes that PostgreSQL refused.
             */
            quarantined: number;
            /**
             * Format: int64
             * @description Writes replayed since the start.
             */
            replayed: number;
            /** @description The mode as settings name it: `off`, `read-only` or `read-write`. */
            modeName?: string;
        };
        HealthView: {
            /** @description ok; degraded if the store serves with restrictions; unavailable if nothing serves. */
            status: string;
            /** @description Why it is degraded: fallback, changes_not_heard, another_read_write_instance, trades_without_partition, damaged_file. */
            reasons?: null | string[];
        };
        HistoryAuthorView: {
            /** @description The id of the API key, or of the caller of the library or the command line. */
            id: string;
            /** @description The name of the API key or of the person. */
            name: string;
            /** @description How the change came: api, dashboard, command-line or library. */
            origin: string;
        };
        HistoryEntryView: {
            /** Format: uuid */
            id: string;
            /**
             * Format: date-time
             * @description When it was acknowledged, by the store's clock.
             */
            at: string;
            author: components["schemas"]["HistoryAuthorView"];
            /** @description The table: sessions, users, bot_state, system_config or api_keys. */
            table: string;
            /** @description The record's key. */
            key: string;
            /** @description What happened to the record: created, changed or removed. */
            action: string;
            /**
             * Format: int64
             * @description The record's version after the change, or the version that was removed.
             */
            version: number;
            fields: components["schemas"]["HistoryFieldView"][];
            /**
             * Format: int32
             * @description How many more fields differ than the list holds.
             */
            omittedFields: number;
        };
        HistoryFieldView: {
            /** @description A JSON pointer into the record, such as /config/leverage. */
            field: string;
            /** @description The value before: a text as it is, anything else as JSON. Null where there was none, and for secrets. */
            from: null | string;
            /** @description The value after, in the same form. */
            to: null | string;
            /** @description What happened to a secret: set, changed or removed; null for any other field. */
            secret: null | string;
        };
        HistoryPage: {
            entries: components["schemas"]["HistoryEntryView"][];
            /** @description Pass it as after to get the next page; null on the last page. */
            next: null | string;
        };
        JsonElement: unknown;
        LineError: {
            /**
             * Format: int64
             * @description From 1.
             */
            line: number;
            code: string;
            message: string;
        };
        NewApiKeyView: {
            id: string;
            name: string;
            scopes: string[];
            /** Format: date-time */
            createdAt: string;
            /** @description The key, shown only once: the server stores only its hash. */
            key: string;
        };
        NotifierTestView: {
            arrived: boolean;
            error: null | string;
        };
        NotifierView: {
            name: string;
            type: string;
            /** Format: int32 */
            waiting: number;
            /** Format: date-time */
            failingSince: null | string;
            disabled: boolean;
            error: null | string;
        };
        OperationStatistic: {
            name: string;
            /** Format: double */
            calls: number;
            /** Format: double */
            meanMilliseconds: number;
            /** Format: double */
            p99Milliseconds: number;
        };
        OutboxView: {
            /** @description The mode: off, read-only or read-write. */
            mode: string;
            /** @description Whether the local replica serves because PostgreSQL is unavailable. */
            isLocal: boolean;
            /** @description Why the local replica serves; null while PostgreSQL serves. */
            reason: null | string;
            /**
             * Format: date-time
             * @description When the local replica began to serve; null while PostgreSQL serves.
             */
            since: null | string;
            /**
             * Format: double
             * @description The age of the local replica in seconds; 0 while PostgreSQL serves, null if the replica was never complete.
             */
            staleSeconds: null | number;
            /**
             * Format: int64
             * @description Writes that are not in PostgreSQL yet.
             */
            pending: number;
            /**
             * Format: int64
             * @description Writes in conflict with another version of their record.
             */
            conflicts: number;
            /**
             * Format: int64
             * @description Writes that PostgreSQL refused.
             */
            quarantined: number;
            /**
             * Format: int64
             * @description Writes replayed since the server started.
             */
            replayed: number;
        };
        PerformanceGroupView: {
            /** @description What the trades have in common; null for trades without it. */
            name: null | string;
            performance: components["schemas"]["PerformanceView"];
        };
        PerformanceView: {
            /** Format: int64 */
            trades: number;
            /** Format: int64 */
            wins: number;
            /** Format: int64 */
            losses: number;
            /**
             * Format: decimal
             * @description 0 to 1.
             */
            winRate: string;
            /** Format: decimal */
            grossProfit: string;
            /**
             * Format: decimal
             * @description As a positive number.
             */
            grossLoss: string;
            /**
             * Format: decimal
             * @description Null if there were no losses.
             */
            profitFactor: null | string;
            /**
             * Format: decimal
             * @description The mean PnL of a trade.
             */
            expectancy: string;
            /** Format: decimal */
            totalPnl: string;
            /** Format: decimal */
            totalFees: string;
            /**
             * Format: decimal
             * @description As a positive number.
             */
            maxDrawdown: string;
            /**
             * Format: decimal
             * @description The mean PnL of the wins; null without wins.
             */
            averageWin?: null | string;
            /**
             * Format: decimal
             * @description The mean PnL of the losses as a positive number; null without losses.
             */
            averageLoss?: null | string;
            /**
             * Format: decimal
             * @description The expectancy in R, the average loss; null without losses.
             */
            expectancyR?: null | string;
            /**
             * Format: decimal
             * @description Mean / sample standard deviation of the PnL of a UTC day x sqrt(365); null for fewer than two days or if all days are equal.
             */
            sharpeRatio?: null | string;
            /**
             * Format: decimal
             * @description The mean time from entry to exit in seconds; null if no trade has both.
             */
            averageHoldingSeconds?: null | string;
            /**
             * Format: decimal
             * @description The mean of the number mae in the metadata; null without, and unless excursions=true.
             */
            averageMae?: null | string;
            /**
             * Format: decimal
             * @description The mean of the number mfe in the metadata; null without, and unless excursions=true.
             */
            averageMfe?: null | string;
            /** @description With groupBy: the groups with the largest total PnL, up to limit. */
            groups?: null | components["schemas"]["PerformanceGroupView"][];
            /**
             * Format: int64
             * @description With groupBy: how many groups there are in all.
             */
            groupCount?: null | number;
        };
        ProblemBody: {
            type?: string;
            title: string;
            /** Format: int32 */
            status: number;
            /** @description What is wrong and what is allowed. Never contains submitted values. */
            detail: string;
            /** @description A stable name of the error, such as invalid, conflict or not_found. */
            code: string;
            /** @description The field at fault, such as config or sessions[3].chatId. */
            field?: null | string;
            /**
             * Format: int64
             * @description The version that the request expected; 0 if it expected no record.
             */
            expectedVersion?: null | number;
            /**
             * Format: int64
             * @description The stored version; 0 if there is no record.
             */
            actualVersion?: null | number;
            /** @description The chats that have a record with the requested id. */
            chatIds?: null | string[];
            done?: null | components["schemas"]["TradeBatchView"];
            /** @description Identifies the error in the server's log. */
            traceId?: null | string;
        };
        QuarantinedPage: {
            quarantined: components["schemas"]["QuarantinedView"][];
            /** @description Pass it as after to get the next page; null on the last page. */
            next: null | string;
        };
        QuarantinedView: {
            /** Format: int64 */
            id: number;
            table: string;
            recordId: string;
            kind: string;
            /** Format: date-time */
            spooledAt: string;
            /** Format: date-time */
            foundAt: string;
            code: string;
            reason: string;
            /** @description The write, with sealed secrets. A damaged write is shown as text. */
            write: components["schemas"]["RawJson"];
        };
        QueryPlan: {
            lines: string[];
        };
        QueryReport: {
            /** Format: date-time */
            readAt: null | string;
            /** Format: date-time */
            since: null | string;
            unavailable: null | string;
            remedy: null | string;
            statements: components["schemas"]["QueryStatistic"][];
            operations: components["schemas"]["OperationStatistic"][];
        };
        QueryStatistic: {
            id: string;
            role: string;
            text: string;
            total: components["schemas"]["QueryWindow"];
            lastHour: null | components["schemas"]["QueryWindow"];
            lastDay: null | components["schemas"]["QueryWindow"];
            /** Format: double */
            trend: null | number;
            isOwn: boolean;
        };
        QueryWindow: {
            /** Format: int64 */
            calls: number;
            /** Format: int64 */
            rows: number;
            /** Format: double */
            totalMilliseconds: number;
            /** Format: double */
            meanMilliseconds: number;
            /** Format: double */
            share: number;
        };
        RawJson: Record<string, never>;
        RecipientList: {
            /** @description In any order, each chat once. */
            recipients: components["schemas"]["RecipientView"][];
        };
        RecipientView: {
            /** @description The chat. */
            chatId: string;
            /** @description The mode of its config; null if it has none. */
            mode: null | string;
        };
        ResolveBody: {
            /** @description Required. The version to keep: stored or spooled. It is applied to PostgreSQL if it is not there already. */
            keep?: null | string;
        };
        SavedSession: {
            chatId: string;
            /** Format: int64 */
            version: number;
            /** Format: date-time */
            updatedAt: string;
        };
        ServerReport: {
            store: components["schemas"]["StoreStatus"];
            /** Format: int32 */
            queuedWrites: number;
            keyIds: string[];
            fallback?: null | components["schemas"]["FallbackStatus"];
            concerns?: null | components["schemas"]["StoreConcern"][];
        };
        SessionBatchBody: {
            /** @description Required. At most 10,000 sessions, each chat once. */
            sessions?: null | components["schemas"]["SessionBody"][];
        };
        SessionBatchView: {
            sessions: components["schemas"]["SavedSession"][];
        };
        SessionBody: {
            chatId?: null | components["schemas"]["ChatId"];
            /** @description The exchange key. If omitted, it keeps its stored value. Null or empty removes it. A mask keeps the stored secret of this session. */
            apiKey?: null | string;
            /** @description The exchange secret. If omitted, it keeps its stored value. Null or empty removes it. A mask keeps the stored secret of this session. */
            apiSecret?: null | string;
            /** @description An object of at most 256 KiB and 64 levels. Its secret fields are sealed. A mask stands for its secret of this session, in any field. If omitted, it keeps its stored value, or is {} for a new session. */
            config?: components["schemas"]["RawJson"];
            /**
             * Format: int64
             * @description Ignored, so that a session can be sent back as it was read. Send the version in If-Match.
             */
            version?: null | number | string;
            /**
             * Format: date-time
             * @description Ignored.
             */
            updatedAt?: null | string;
            /** @description Ignored. */
            unreadable?: null | string[];
        };
        SessionPage: {
            sessions: components["schemas"]["SessionView"][];
            /** @description Pass it as after to get the next page; null on the last page. */
            next: null | string;
        };
        SessionView: {
            /** @description The chat. */
            chatId: string;
            /** @description A mask (******** and a tag) unless the API key has the scope secrets; null if there is none. */
            apiKey: null | string;
            /** @description A mask (******** and a tag) unless the API key has the scope secrets; null if there is none. */
            apiSecret: null | string;
            /** @description Its secret fields show a mask (******** and a tag) unless the API key has the scope secrets. */
            config: components["schemas"]["RawJson"];
            /**
             * Format: int64
             * @description Increases with each change. Also the ETag.
             */
            version: number;
            /**
             * Format: date-time
             * @description When it last changed, by the store's clock.
             */
            updatedAt: string;
            /** @description Fields that are masked because the server's encryption keys cannot open them. */
            unreadable?: null | string[];
        };
        Silence: {
            id: string;
            rule: string;
            labels: Record<string, never>;
            /** Format: date-time */
            until: string;
            reason: string;
            by: string;
        };
        SilenceBody: {
            /** @description Required. The name of a rule; an asterisk at the end matches every name that begins so. */
            rule?: null | string;
            /** @description Labels that the alert must have; none for all alerts of the rule. */
            labels?: null | Record<string, never>;
            /**
             * Format: date-time
             * @description Required. The end, at most 90 days from now.
             */
            until?: null | string;
            /** @description Required. Why, at most 500 characters. */
            reason?: null | string;
        };
        StateEntryBody: {
            /** @description Optional. If present, it must equal the namespace in the path. */
            namespace?: null | string;
            /** @description Optional. If present, it must equal the key in the path. */
            key?: null | string;
            /** @description Any JSON value of at most 256 KiB. Its secrets are sealed; if a part of the namespace or the key is the name of a secret, the whole value is. A mask keeps the stored secret of this value. */
            value?: components["schemas"]["RawJson"];
            /**
             * Format: int64
             * @description The time to live in seconds, 1 to 3153600000, counted from now by the store's clock. If absent, the value does not expire.
             */
            ttlSeconds?: null | number | string;
            /**
             * Format: date-time
             * @description The instant from which on the value does not exist, in place of ttlSeconds; null for never.
             */
            expiresAt?: null | string;
            /**
             * Format: int64
             * @description Ignored: send the version in If-Match.
             */
            version?: null | number | string;
            /**
             * Format: date-time
             * @description Ignored.
             */
            updatedAt?: null | string;
            /** @description Ignored. */
            unreadable?: null | string[];
        };
        StateEntryPage: {
            entries: components["schemas"]["StateEntryView"][];
            /** @description The cursor of the next page; null on the last page. */
            next: null | string;
        };
        StateEntryView: {
            namespace: string;
            key: string;
            /** @description Its secrets show a mask (******** and a tag) unless the API key has the scope secrets. */
            value: components["schemas"]["RawJson"];
            /**
             * Format: int64
             * @description Increases with each change. Also the ETag.
             */
            version: number;
            /** Format: date-time */
            updatedAt: string;
            /**
             * Format: date-time
             * @description From then on the value does not exist, by the store's clock; null for never.
             */
            expiresAt: null | string;
            /** @description Fields that are masked because the server's encryption keys cannot open them. */
            unreadable?: null | string[];
        };
        /** @description A problem of a store that responds. */
        StoreConcern: {
            /** @description string StoreConcern.ChangesNotHeard or another of the constants: for programs, and safe to show to anybody. */
            code: string;
            /** @description What is wrong and what to do, for the operator. */
            message: string;
        };
        /** @description Version, size and row counts of a store. Counts are estimates where a store cannot count cheaply. */
        StoreStatus: {
            /** @description `postgresql` or `embedded`. */
            kind: string;
            /** @description Where it is, without credentials: `host:port/database` or the file. */
            location: string;
            /** @description Of PostgreSQL or SQLite. */
            serverVersion: string;
            /**
             * Format: int32
             * @description The newest migration applied.
             */
            schemaVersion: number;
            /**
             * Format: int64
             * @description On disk.
             */
            sizeBytes: number;
            /**
             * Format: int64
             * @description Rows.
             */
            sessions: number;
            /**
             * Format: int64
             * @description Rows.
             */
            users: number;
            /**
             * Format: int64
             * @description Rows.
             */
            trades: number;
            /**
             * Format: int32
             * @description Connections of this process now, 0 where there is no pool.
             * @default 0
             */
            poolSize: number;
            /**
             * Format: int32
             * @description The pool's limit, 0 where there is no pool.
             * @default 0
             */
            poolMax: number;
        };
        StoreUnavailableReason: number;
        TaskBody: {
            /**
             * Format: uuid
             * @description Any UUID, so that a repeat creates nothing. Default: a new one.
             */
            id?: null | string;
            chatId?: null | components["schemas"]["ChatId"];
            /** @description What the worker does, 1 to 100 characters. */
            action?: null | string;
            /** @description A JSON object of at most 256 KiB. Its secrets are sealed. Default: {}. */
            params?: components["schemas"]["RawJson"];
            schedule?: null | components["schemas"]["TaskScheduleBody"];
            /** @description What happens to runs that were missed: once (default), all or skip. */
            missed?: null | string;
            /** @description At most 1,000 characters. */
            description?: null | string;
            /** @description The caller's own name of the task, at most 200 characters. */
            jobId?: null | string;
            /** @description Default: true. */
            isActive?: null | boolean;
            /**
             * Format: date-time
             * @description When the first run is due. Default: the first occurrence of the schedule after now, by the store's clock.
             */
            nextRun?: null | string;
        };
        TaskChangeBody: {
            /** @description What the worker does, 1 to 100 characters. */
            action?: null | string;
            /** @description The new parameters, whole. A mask keeps the stored secret of this task. */
            params?: components["schemas"]["RawJson"];
            schedule?: null | components["schemas"]["TaskScheduleBody"];
            /** @description once, all or skip. */
            missed?: null | string;
            /** @description At most 1,000 characters. An empty text removes it. */
            description?: null | string;
            /** @description At most 200 characters. An empty text removes it. */
            jobId?: null | string;
            /** @description false pauses the task; true resumes it, and its next run is computed from now. */
            isActive?: null | boolean;
            /**
             * Format: date-time
             * @description When the next run is due.
             */
            nextRun?: null | string;
        };
        TaskClaimBody: {
            /**
             * Format: int32
             * @description The most tasks, 1 to 1,000. Default: 10.
             */
            limit?: null | number | string;
            /**
             * Format: double
             * @description How long the claim holds unless it is renewed, 1 to 3,600 seconds.
             */
            leaseSeconds?: null | number | string;
            /** @description Who claims, for people: 1 to 100 characters. Default: the name of the server and its process. */
            holder?: null | string;
        };
        TaskClaimList: {
            /** @description Empty if none is due. */
            tasks: components["schemas"]["TaskView"][];
        };
        TaskCompleteBody: {
            /**
             * Format: int64
             * @description The number of the claim.
             */
            fence?: null | number | string;
            /** @description Why the run failed. Cut to 1,000 characters; secrets in it are masked. Absent: it did not fail. */
            error?: null | string;
        };
        TaskCompletionView: {
            /**
             * Format: date-time
             * @description When the task runs next; null if it has ended.
             */
            nextRun: null | string;
            /** Format: int64 */
            version: number;
            /** @description The same claim had been completed before: nothing changed now. */
            alreadyCompleted: boolean;
        };
        TaskLeaseView: {
            holder: string;
            /**
             * Format: int64
             * @description The number of the claim: greater than that of every earlier claim of the task.
             */
            fence: number;
            /**
             * Format: date-time
             * @description Until when it holds unless it is renewed, by the store's clock.
             */
            until: string;
            /**
             * Format: date-time
             * @description When the run was due. The task's id and this instant identify the run.
             */
            due: string;
        };
        TaskPage: {
            tasks: components["schemas"]["TaskView"][];
            /** @description The cursor of the next page; null on the last page. */
            next: null | string;
        };
        TaskReleaseBody: {
            /**
             * Format: int64
             * @description The number of the claim.
             */
            fence?: null | number | string;
            /**
             * Format: double
             * @description How long nobody can claim the task, 0 to 86,400 seconds. Default: 0.
             */
            delaySeconds?: null | number | string;
            /** @description Why the attempt failed. Absent: the run was not begun, and the attempt does not count. */
            error?: null | string;
        };
        TaskRenewBody: {
            /**
             * Format: int64
             * @description The number of the claim.
             */
            fence?: null | number | string;
            /**
             * Format: double
             * @description How long the claim holds from now, 1 to 3,600 seconds.
             */
            leaseSeconds?: null | number | string;
        };
        TaskRenewalView: {
            /**
             * Format: date-time
             * @description Until when the claim holds, by the store's clock.
             */
            until: string;
        };
        TaskScheduleBody: {
            /** @description cron, interval or date. */
            type?: null | string;
            /** @description cron: five fields, or six with seconds first, at most 200 characters. interval: whole seconds, 1 to 316224000, or an ISO 8601 duration such as PT5M. date: an ISO 8601 instant with its offset. */
            value?: null | string;
            /** @description cron only: an IANA time zone. Default: UTC. */
            timezone?: null | string;
        };
        TaskScheduleView: {
            type: string;
            /** @description The cron expression, whole seconds, or an instant. */
            value: string;
            /** @description The time zone of a cron expression; UTC for the others. */
            timezone: string;
        };
        TaskView: {
            /** Format: uuid */
            id: string;
            chatId: components["schemas"]["ChatId"];
            action: string;
            /** @description Its secrets show a mask unless the API key has the scope secrets. */
            params: components["schemas"]["RawJson"];
            schedule: components["schemas"]["TaskScheduleView"];
            missed: string;
            description: null | string;
            jobId: null | string;
            isActive: boolean;
            /**
             * Format: date-time
             * @description When the next run is due, or the run in progress was; null if there is none.
             */
            nextRun: null | string;
            /**
             * Format: int32
             * @description Claims since the last completed run.
             */
            attempts: number;
            /** Format: date-time */
            lastRun: null | string;
            /** @description Why the last run or attempt failed; null if it did not. */
            lastError: null | string;
            lease: null | components["schemas"]["TaskLeaseView"];
            /**
             * Format: int64
             * @description Increases with each change and each completed run; a lease leaves it. Also the ETag.
             */
            version: number;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
            /** @description Fields that are masked because the server's encryption keys cannot open them. */
            unreadable?: null | string[];
        };
        TradeBatchView: {
            /**
             * Format: int64
             * @description Stored by this call.
             */
            stored: number;
            /**
             * Format: int64
             * @description Already stored before this call.
             */
            wereThere: number;
            /**
             * Format: int64
             * @description Rejected lines.
             */
            rejected: number;
            /** @description The errors of the first 1,000 rejected lines. */
            errors: components["schemas"]["LineError"][];
        };
        TradeBody: {
            /**
             * Format: uuid
             * @description A UUID chosen by the caller, preferably version 7. A repeated call with the same id is idempotent. If omitted, the server creates one.
             */
            id?: null | string;
            chatId?: null | components["schemas"]["ChatId"];
            /** @description Required. At most 64 characters. */
            symbol?: null | string;
            side?: null | components["schemas"]["TradeSide"];
            /** @description At most 256 characters. */
            strategy?: null | string;
            /** @description At most 256 characters. */
            exchange?: null | string;
            /**
             * Format: decimal
             * @description Required. Greater than zero.
             */
            entryPrice?: null | number | string;
            /**
             * Format: decimal
             * @description Zero or more. Required for a closed trade.
             */
            exitPrice?: null | number | string;
            /**
             * Format: decimal
             * @description Required. Greater than zero.
             */
            quantity?: null | number | string;
            /**
             * Format: int32
             * @description 1 to 1,000. Default: 1.
             */
            leverage?: null | number | string;
            /**
             * Format: date-time
             * @description When the position was entered. Default: the instant in a version 7 id, or now if the server creates the id.
             */
            entryTimestamp?: null | string;
            /**
             * Format: date-time
             * @description When the position was closed.
             */
            exitTimestamp?: null | string;
            /**
             * Format: decimal
             * @description Profit or loss, net of fees.
             */
            pnl?: null | number | string;
            /**
             * Format: decimal
             * @description Profit or loss in percent, with at most 6 digits before and 4 after the point.
             */
            pnlPct?: null | number | string;
            /**
             * Format: decimal
             * @description Fees paid so far. A rebate is negative.
             */
            fees?: null | number | string;
            /**
             * Format: decimal
             * @description Loss to slippage so far.
             */
            slippage?: null | number | string;
            status?: null | components["schemas"]["TradeStatus"];
            /** @description At most 1,000 characters. */
            exitReason?: null | string;
            /** @description An object of at most 256 KiB. Its secret fields are sealed. Masks are accepted if a stored trade is sent again. */
            metadata?: components["schemas"]["RawJson"];
            /**
             * Format: int64
             * @description Ignored.
             */
            version?: null | number | string;
            /**
             * Format: date-time
             * @description Ignored.
             */
            updatedAt?: null | string;
            /** @description Ignored. */
            unreadable?: null | string[];
        };
        TradeCloseBody: {
            chatId?: null | components["schemas"]["ChatId"];
            /**
             * Format: date-time
             * @description Optional. Required, together with chatId, if the chat has several open trades with the id.
             */
            entryTimestamp?: null | string;
            /**
             * Format: decimal
             * @description Zero or more. Required unless the trade is cancelled.
             */
            exitPrice?: null | number | string;
            /**
             * Format: date-time
             * @description Default: now, by the store's clock.
             */
            exitTimestamp?: null | string;
            /**
             * Format: decimal
             * @description Default: (exit - entry) x quantity, negated for a short, minus all fees.
             */
            pnl?: null | number | string;
            /**
             * Format: decimal
             * @description Default: the PnL in percent of entry price x quantity / leverage.
             */
            pnlPct?: null | number | string;
            /**
             * Format: decimal
             * @description Fees of closing the trade, added to its fees.
             */
            fees?: null | number | string;
            /**
             * Format: decimal
             * @description Slippage of closing the trade, added to its slippage.
             */
            slippage?: null | number | string;
            /** @description At most 1,000 characters. */
            exitReason?: null | string;
            /** @description True if the order never became a position. The trade is cancelled and excluded from all figures. */
            cancelled?: null | boolean;
        };
        TradePage: {
            trades: components["schemas"]["TradeView"][];
            /** @description Pass it as after to get the next page; null on the last page. */
            next: null | string;
        };
        /** @enum {null|string} */
        TradeSide: "LONG" | "SHORT" | null;
        /** @enum {null|string} */
        TradeStatus: "OPEN" | "CLOSED" | "CANCELLED" | null;
        TradeView: {
            /** Format: uuid */
            id: string;
            chatId: string;
            symbol: string;
            side: components["schemas"]["TradeSide"];
            strategy: null | string;
            exchange: null | string;
            /** Format: decimal */
            entryPrice: string;
            /** Format: decimal */
            exitPrice: null | string;
            /** Format: decimal */
            quantity: string;
            /** Format: int32 */
            leverage: number;
            /** Format: date-time */
            entryTimestamp: string;
            /** Format: date-time */
            exitTimestamp: null | string;
            /** Format: decimal */
            pnl: null | string;
            /** Format: decimal */
            pnlPct: null | string;
            /** Format: decimal */
            fees: string;
            /** Format: decimal */
            slippage: string;
            status: components["schemas"]["TradeStatus"];
            exitReason: null | string;
            /** @description Its secret fields show a mask (******** and a tag) unless the API key has the scope secrets. */
            metadata: components["schemas"]["RawJson"];
            /** Format: int64 */
            version: number;
            /** Format: date-time */
            updatedAt: string;
            /** @description Fields that are masked because the server's encryption keys cannot open them. */
            unreadable?: null | string[];
        };
        UserBody: {
            chatId?: null | components["schemas"]["ChatId"];
            /** @description At most 256 characters. */
            name?: null | string;
            role?: null | components["schemas"]["UserRole"];
            /**
             * Format: date-time
             * @description The end of the subscription; null if it does not end. Cannot be combined with days.
             */
            expiresAt?: null | string;
            /**
             * Format: int32
             * @description The subscription ends this many days from now by the store's clock, 1 to 36,500. Cannot be combined with expiresAt.
             */
            days?: null | number | string;
            /** @description IANA time zone, at most 50 characters. */
            timezone?: null | string;
            /**
             * Format: int64
             * @description The Telegram user of the chat.
             */
            telegramId?: null | number | string;
            /** @description An object that maps groups to true or false. */
            groups?: components["schemas"]["RawJson"];
            /**
             * Format: date-time
             * @description Ignored.
             */
            createdAt?: null | string;
            /**
             * Format: int64
             * @description Ignored: send the version in If-Match.
             */
            version?: null | number | string;
        };
        UserPage: {
            users: components["schemas"]["UserView"][];
            /** @description Pass it as after to get the next page; null on the last page. */
            next: null | string;
        };
        UserPreferencesBody: {
            /** @description IANA time zone, at most 50 characters. */
            timezone?: null | string;
            /** @description An object that maps groups to true or false. Null removes a group; omitted groups stay unchanged. */
            groups?: components["schemas"]["RawJson"];
        };
        /**
         * @description The roles of a stored user. Owners come from IList&lt;ChatId&gt; NexusOptions.Owners and need no row.
         * @enum {string}
         */
        UserRole: "user" | "admin";
        UserView: {
            chatId: string;
            name: null | string;
            role: components["schemas"]["UserRole"];
            /**
             * Format: date-time
             * @description The end of the subscription; null if it does not end.
             */
            expiresAt: null | string;
            timezone: string;
            /** Format: int64 */
            telegramId: null | number;
            groups: components["schemas"]["RawJson"];
            /** Format: date-time */
            createdAt: string;
            /**
             * Format: int64
             * @description Increases with each change. Also the ETag.
             */
            version: number;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
