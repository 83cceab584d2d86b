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
        get: operations["listSessions"];
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
        get: operations["getSession"];
        /**
         * Save a session
         * @description Creates the session (201) or replaces it (200), and returns it with masked secrets. If-Match saves only over that version; If-None-Match: * only creates. Requires the scope bot or admin.
         */
        put: operations["saveSession"];
        post?: never;
        /**
         * Delete a session and its keys
         * @description If-Match deletes only that version. Requires the scope bot or admin.
         */
        delete: operations["deleteSession"];
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
        patch: operations["patchSessionConfig"];
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
        post: operations["saveSessions"];
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
         * @description Their access is valid by the store's clock, the bot and the chat have switched on the strategy and the group, and neither has disabled the symbol. Served from an index in memory, or by a query of the store. The response is streamed and has no pages. Requires the scope bot or admin.
         */
        get: operations["dispatchSignal"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/counts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Count users, sessions and trades
         * @description Users are counted exactly, by role and by the end of their subscription. Sessions and trades are counted up to 50,000; above that the numbers are the database's estimates, and estimated names them. Requires the scope bot or admin.
         */
        get: operations["getCounts"];
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
        post: operations["checkAccess"];
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
        post: operations["storeTrades"];
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
         * @description Streams server-sent events: event change, data {"table","id"}. The id is * if any record of the table may have changed. Several changes of one record may be one event. table and chatId, each up to 100 times, choose the events. With chatId, a stream gets changes of sessions, users, calibrations, trades and tasks of these chats, and those whose chat is not known. Event subscription_ending, data {"chatId","endsAt","days","timezone"}: a subscription ends within that many days; sent once for each end and number of days. Comments keep the connection alive. A stream that is read too slowly gets the event resync and ends. A stream whose API key is removed or changed gets the event end. After a reconnect, reload the records that you cache. Requires the scope bot or admin.
         */
        get: operations["watchEvents"];
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
        get: operations["getStatus"];
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
         * @description Users that meet every given filter. Ordered by chat id; with name or namePart, by name; with endsFrom or endsBefore, subscribers by the end of their subscription. Requires the scope bot or admin.
         */
        get: operations["listUsers"];
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
        get: operations["getUser"];
        /**
         * Add or change a user
         * @description Omitted properties keep their stored values, or get defaults for a new user. A new user needs days or expiresAt (null: no end). Supports If-Match and If-None-Match: *. A key without the scope admin may change only timezone and groups of an existing user. Requires the scope bot, and admin for all of it.
         */
        put: operations["saveUser"];
        post?: never;
        /**
         * Remove a user
         * @description The sessions and trades of the chat are kept. Requires the scope admin.
         */
        delete: operations["deleteUser"];
        options?: never;
        head?: never;
        /**
         * Change a user's preferences
         * @description A JSON merge patch (RFC 7396) of timezone and groups. The scope bot is sufficient. Returns the user. Supports If-Match. Requires the scope bot or admin.
         */
        patch: operations["patchUser"];
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
        get: operations["checkUserAccess"];
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
        post: operations["extendUser"];
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
         * @description Erases the session with all keys, the user, the keyed state, tasks, calibrations, history of changes, conflicts and quarantined writes of the chat. Trades stay under a random number. Returns a receipt: what was erased, what stays and why. A second call erases nothing. Refused while PostgreSQL is unavailable. Requires the scope admin.
         */
        post: operations["forgetUser"];
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
        get: operations["getBotState"];
        /**
         * Replace the switches
         * @description Omitted properties keep their stored values; each property that is present is replaced completely. Supports If-Match. Requires the scope bot or admin.
         */
        put: operations["saveBotState"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change switches
         * @description A JSON merge patch (RFC 7396), applied in the database, so concurrent changes of other switches are kept. disabledAssets is the complete list. Requires the scope bot or admin.
         */
        patch: operations["patchBotState"];
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
        get: operations["listSystemConfig"];
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
        get: operations["getSystemConfig"];
        /**
         * Set a setting
         * @description Supports If-Match and If-None-Match: *. Requires the scope admin.
         */
        put: operations["saveSystemConfig"];
        post?: never;
        /**
         * Remove a setting
         * @description Requires the scope admin.
         */
        delete: operations["deleteSystemConfig"];
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
        get: operations["listTrades"];
        put?: never;
        /**
         * Store a trade
         * @description The trade may be open or already closed. Returns 201 and the stored trade, or 200 if a trade with this id already exists, which stays unchanged. Returns 409 if the subscription of the chat has expired and the trade would open a position. Requires the scope bot or admin.
         */
        post: operations["storeTrade"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/trades/count": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Count trades
         * @description Counted exactly, with the filters of the list. A count of many trades reads them all. Requires the scope bot or admin.
         */
        get: operations["countTrades"];
        put?: never;
        post?: never;
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
        get: operations["getTrade"];
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
        post: operations["closeTrade"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/trades/{id}/fills": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the fills of a trade
         * @description Its executed orders in the order in which they were added, at most 1,000, and what is left to exit. Returns 409 with the chats if several have a trade with the id; use chatId to select one. Requires the scope bot or admin.
         */
        get: operations["listTradeFills"];
        put?: never;
        /**
         * Add a fill to an open trade
         * @description Entry price, exit price, fees and PnL follow from all fills, and the trade closes when its exits reach its quantity. A fill that is there already, with the same orderId and content, adds nothing. Returns 201, or 200 if the trade had all of the fills. Returns 409 if the trade is not open, or has another fill with the orderId, and 400 if the entries exceed the trade's quantity or the exits exceed what was entered. Requires the scope bot or admin.
         */
        post: operations["addTradeFill"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/trades/{id}/fills:batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Add fills to an open trade
         * @description All of them or none. Entry price, exit price, fees and PnL follow from all fills, and the trade closes when its exits reach its quantity. A fill that is there already, with the same orderId and content, adds nothing. Returns 201, or 200 if the trade had all of the fills. Returns 409 if the trade is not open, or has another fill with the orderId, and 400 if the entries exceed the trade's quantity or the exits exceed what was entered. Requires the scope bot or admin.
         */
        post: operations["addTradeFills"];
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
        get: operations["getTradePerformance"];
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
        get: operations["getTradeEquity"];
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
        get: operations["listCalibrations"];
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
        get: operations["getCalibration"];
        /**
         * Set a calibration
         * @description Creates the calibration for exactly these names (201) or replaces it (200). Supports If-Match and If-None-Match: *. Requires the scope bot or admin.
         */
        put: operations["saveCalibration"];
        post?: never;
        /**
         * Delete a calibration
         * @description The one for exactly these names. If-Match deletes only that version. Requires the scope bot or admin.
         */
        delete: operations["deleteCalibration"];
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
        post: operations["autoCalibrate"];
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
        get: operations["listStateEntries"];
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
        get: operations["getStateEntry"];
        /**
         * Set a value
         * @description Creates the value (201) or replaces it (200), with its expiry; 204 if it has expired at once. If-Match saves only over that version; If-None-Match: * only creates. Requires the scope bot or admin.
         */
        put: operations["saveStateEntry"];
        post?: never;
        /**
         * Delete a value
         * @description If-Match deletes only that version. Requires the scope bot or admin.
         */
        delete: operations["deleteStateEntry"];
        options?: never;
        head?: never;
        /**
         * Change members of a value
         * @description A JSON merge patch (RFC 7396), applied in the database, so concurrent changes of other members are kept. Keeps the expiry unless ttlSeconds is given. Requires the scope bot or admin.
         */
        patch: operations["patchStateEntry"];
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
        get: operations["listTasks"];
        put?: never;
        /**
         * Create a task
         * @description Returns 201. A repeat with the same id and content returns the existing task; different content under the id is refused with 409. Requires the scope bot or admin.
         */
        post: operations["createTask"];
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
         * @description If-None-Match with the current ETag returns 304; a claim does not change the ETag. Requires the scope bot or admin.
         */
        get: operations["getTask"];
        put?: never;
        post?: never;
        /**
         * Delete a task
         * @description A worker that has the task can no longer complete its run. Supports If-Match. Requires the scope bot or admin.
         */
        delete: operations["deleteTask"];
        options?: never;
        head?: never;
        /**
         * Change a task
         * @description Absent members stay. A worker that has the task can still complete its run. Supports If-Match. Requires the scope bot or admin.
         */
        patch: operations["patchTask"];
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
        post: operations["runTask"];
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
        post: operations["claimTasks"];
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
        post: operations["completeTask"];
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
        post: operations["renewTask"];
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
        post: operations["releaseTask"];
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
        get: operations["listApiKeys"];
        put?: never;
        /**
         * Create an API key
         * @description Only this response contains the key. A key can grant only scopes that it has. Requires the scope admin.
         */
        post: operations["createApiKey"];
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
        delete: operations["deleteApiKey"];
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
        get: operations["listHistory"];
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
        get: operations["listSessionHistory"];
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
        get: operations["listUserHistory"];
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
        get: operations["getOutbox"];
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
        get: operations["listOutboxConflicts"];
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
        post: operations["resolveOutboxConflict"];
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
        get: operations["listQuarantinedWrites"];
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
        post: operations["retryQuarantinedWrite"];
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
        delete: operations["discardQuarantinedWrite"];
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
        get: operations["listAlerts"];
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
         * @description No notifications are sent about matching alerts until the end. They are still evaluated and listed. Requires the scope admin.
         */
        post: operations["createAlertSilence"];
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
        delete: operations["deleteAlertSilence"];
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
        post: operations["testAlertNotifier"];
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
        get: operations["listQueries"];
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
        get: operations["getQueryPlan"];
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
        /**
         * Check whether the process is alive
         * @description Does not ask the store. For the liveness probe of a container.
         */
        get: operations["checkLiveness"];
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
        /**
         * Check whether the store is available
         * @description The status degraded is still 200: the server serves, with the named reasons. For the readiness probe of a container.
         */
        get: operations["checkReadiness"];
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
        get: operations["getMetrics"];
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
            chatIds: string[];
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
        AddedFillsView: {
            /** @description The fills of the request as they are stored. */
            fills: components["schemas"]["FillView"][];
            /** @description The trade with the averages, fees and PnL that follow from all its fills. */
            trade: components["schemas"]["TradeView"];
        };
        AlertList: {
            alerts: components["schemas"]["AlertView"][];
            silences: components["schemas"]["Silence"][];
            notifiers: components["schemas"]["NotifierView"][];
            isLeader: boolean;
            settingsError: null | string;
        };
        /** @enum {string} */
        AlertSeverity: "Warning" | "Critical";
        /** @enum {string} */
        AlertState: "Pending" | "Firing" | "Resolved";
        AlertView: {
            rule: string;
            severity: components["schemas"]["AlertSeverity"];
            state: components["schemas"]["AlertState"];
            labels: {
                [key: string]: string;
            };
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
            name: string;
            /** @description Required. Any of bot, secrets, admin, metrics and viewer. A key can grant only scopes that it has. */
            scopes: ("bot" | "secrets" | "admin" | "metrics" | "viewer")[];
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
            enabledStrategies?: {
                [key: string]: unknown;
            };
            /** @description An object that maps groups to true, false or settings. */
            groupConfig?: {
                [key: string]: unknown;
            };
            /** @description The complete list of symbols that are not traded: at most 10,000 symbols of at most 64 characters. */
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
            enabledStrategies: {
                [key: string]: unknown;
            };
            groupConfig: {
                [key: string]: unknown;
            };
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
            /** @description Optional. If present, it must equal the chat id in the path. */
            chatId?: null | string;
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
        ConfigEntryBody: {
            /** @description Optional. If present, it must equal the key in the path. */
            key?: null | string;
            /** @description Required. Any JSON value of at most 256 KiB. Its secrets are sealed; if the key is the name of a secret, the whole value is. A mask keeps the stored secret of this setting. */
            value: unknown;
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
            value: unknown;
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
            write: unknown;
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
        CountsView: {
            users: components["schemas"]["UserCountsView"];
            /**
             * Format: int64
             * @description Sessions; estimated from 50,000 on.
             */
            sessions: number;
            /**
             * Format: int64
             * @description Trades of all chats; estimated from 50,000 on.
             */
            trades: number;
            /** @description Which of the numbers are estimates of the database. */
            estimated: string[];
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
            days: number | string;
        };
        /**
         * @description What the local replica holds.
         * @enum {string}
         */
        FallbackCopy: "All" | "Access" | "None";
        /**
         * @description What happens while PostgreSQL is unavailable.
         * @enum {string}
         */
        FallbackMode: "Off" | "ReadOnly" | "ReadWrite";
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
            /** @description Age of the local replica; zero while PostgreSQL serves and nothing remains to be compared, null if the replica was never complete. */
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
            /** @description What the local replica holds. */
            copy?: components["schemas"]["FallbackCopy"];
            /**
             * Format: double
             * @description The share of the records that the local replica has compared or copied, 0 to 1; 1 while nothing remains. It begins again at each start, after
             *     an outage, and where changes of other instances were missed.
             */
            copyProgress?: number;
            /**
             * Format: int64
             * @description Records that the local replica has read from PostgreSQL since the start.
             */
            copiedRecords?: number;
            /**
             * Format: int64
             * @description The size of the pending writes, in bytes.
             */
            outboxBytes?: number;
            /**
             * Format: int64
             * @description The size limit of the pending writes, in bytes.
             */
            outboxLimit?: number;
            /** @description What the local replica holds, as settings name it: `all`, `access` or `none`. */
            copyName?: string;
            /** @description The mode as settings name it: `off`, `read-only` or `read-write`. */
            modeName?: string;
        };
        FillBody: {
            /** @description Required. The order's id at the exchange, at most 128 characters. A trade holds it once for each exchange, so a repeated call adds nothing. For an order that is executed in parts, send the id of each execution. */
            orderId: string;
            /** @description Required. ENTRY makes the position larger, EXIT makes it smaller. */
            side: components["schemas"]["FillSide"];
            /**
             * Format: decimal
             * @description Required. Greater than zero.
             */
            price: number | string;
            /**
             * Format: decimal
             * @description Required. Greater than zero.
             */
            quantity: number | string;
            /**
             * Format: decimal
             * @description A rebate is negative. Default: 0.
             */
            fee?: null | number | string;
            /** @description At most 32 characters. Default: the currency of the trade's PnL. A fee in another currency than the symbol's quote currency is kept, and is part of neither fees nor PnL. */
            feeCurrency?: null | string;
            /** @description At most 256 characters. Default: the exchange of the trade. */
            exchange?: null | string;
            /**
             * Format: date-time
             * @description When it was executed. Default: now, by the store's clock.
             */
            timestamp?: null | string;
        };
        FillListView: {
            /** @description In the order in which they were added. */
            fills: components["schemas"]["FillView"][];
            status: components["schemas"]["TradeStatus"];
            /**
             * Format: decimal
             * @description The quantity of the trade.
             */
            quantity: string;
            /**
             * Format: decimal
             * @description The sum of the entries; without any, the whole quantity.
             */
            enteredQuantity: string;
            /**
             * Format: decimal
             * @description The sum of the exits.
             */
            exitedQuantity: string;
            /**
             * Format: decimal
             * @description What is left to exit; 0 once the trade is not open.
             */
            remainingQuantity: string;
        };
        /** @enum {string} */
        FillSide: "ENTRY" | "EXIT";
        FillView: {
            /** @description The order's id at the exchange. */
            orderId: string;
            /** @description ENTRY or EXIT. */
            side: components["schemas"]["FillSide"];
            /** Format: decimal */
            price: string;
            /** Format: decimal */
            quantity: string;
            /**
             * Format: decimal
             * @description A rebate is negative.
             */
            fee: string;
            /** @description Null for the currency of the trade's PnL. */
            feeCurrency: null | string;
            /** @description Null for the exchange of the trade. */
            exchange: null | string;
            /**
             * Format: date-time
             * @description When it was executed.
             */
            timestamp: string;
        };
        FillsBody: {
            /** @description Required. 1 to 100 fills of the trade, in their order. */
            fills: components["schemas"]["FillBody"][];
        };
        HealthView: {
            /**
             * @description ok; degraded if the store serves with restrictions; unavailable if nothing serves.
             * @enum {string}
             */
            status: "ok" | "degraded" | "unavailable";
            /** @description Why it is degraded: fallback, changes_not_heard, old_primary, another_read_write_instance, trades_without_partition, damaged_file. */
            reasons?: null | string[];
        };
        HistoryAuthorView: {
            /** @description The id of the API key, or of the caller of the library or the command line. */
            id: string;
            /** @description The name of the API key or of the person. */
            name: string;
            /** @description The origin of the change: api, dashboard, command-line or library. */
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
            /**
             * @description The mode: off, read-only or read-write.
             * @enum {string}
             */
            mode: "off" | "read-only" | "read-write";
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
             * @description The age of the local replica in seconds; 0 while PostgreSQL serves and nothing remains to be compared, null if it was never complete.
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
            /**
             * @description What the local replica holds: all, access or none.
             * @enum {string}
             */
            copy: "all" | "access" | "none";
            /**
             * Format: double
             * @description The share of the records that the local replica has compared or copied, 0 to 1; 1 while nothing remains.
             */
            copyProgress: number;
            /**
             * Format: int64
             * @description The size of the pending writes, in bytes.
             */
            bytes: number;
            /**
             * Format: int64
             * @description The size limit of the pending writes, in bytes. Further writes are refused.
             */
            limitBytes: number;
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
            write: unknown;
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
            /**
             * @description Required. The version to keep: stored or spooled. It is applied to PostgreSQL if it is not there already.
             * @enum {string}
             */
            keep: "stored" | "spooled";
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
            sessions: components["schemas"]["SessionBody"][];
        };
        SessionBatchView: {
            sessions: components["schemas"]["SavedSession"][];
        };
        SessionBody: {
            /** @description The chat. Required in a batch. Otherwise optional; if present, it must equal the chat id in the path. */
            chatId?: null | string;
            /** @description The exchange key. If omitted, it keeps its stored value. Null or empty removes it. A mask keeps the stored secret of this session. */
            apiKey?: null | string;
            /** @description The exchange secret. If omitted, it keeps its stored value. Null or empty removes it. A mask keeps the stored secret of this session. */
            apiSecret?: null | string;
            /** @description An object of at most 256 KiB and 64 levels. Its secret fields are sealed. A mask stands for its secret of this session, in any field. If omitted, it keeps its stored value, or is {} for a new session. */
            config?: {
                [key: string]: unknown;
            };
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
            config: {
                [key: string]: unknown;
            };
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
            labels: {
                [key: string]: string;
            };
            /** Format: date-time */
            until: string;
            reason: string;
            by: string;
        };
        SilenceBody: {
            /** @description Required. The name of a rule; an asterisk at the end matches any ending. */
            rule: string;
            /** @description Labels that the alert must have; none for all alerts of the rule. */
            labels?: null | {
                [key: string]: string;
            };
            /**
             * Format: date-time
             * @description Required. The end, at most 90 days from now.
             */
            until: string;
            /** @description Required. The reason, at most 500 characters. */
            reason: string;
        };
        StateEntryBody: {
            /** @description Optional. If present, it must equal the namespace in the path. */
            namespace?: null | string;
            /** @description Optional. If present, it must equal the key in the path. */
            key?: null | string;
            /** @description Required. Any JSON value of at most 256 KiB. Its secrets are sealed; if a part of the namespace or the key is the name of a secret, the whole value is. A mask keeps the stored secret of this value. */
            value: unknown;
            /**
             * Format: int64
             * @description The time to live in seconds, 1 to 3153600000, counted from now by the store's clock. If absent, the value does not expire.
             */
            ttlSeconds?: null | number | string;
            /**
             * Format: date-time
             * @description The instant at which the value expires, in place of ttlSeconds; null for never.
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
            value: unknown;
            /**
             * Format: int64
             * @description Increases with each change. Also the ETag.
             */
            version: number;
            /** Format: date-time */
            updatedAt: string;
            /**
             * Format: date-time
             * @description When the value expires, by the store's clock; null for never.
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
        /** @enum {string} */
        StoreUnavailableReason: "Unreachable" | "TimedOut" | "PoolExhausted" | "TooManyConnections" | "ReadOnly" | "DiskFull" | "Stopped" | "Fenced" | "OutboxFull";
        TaskBody: {
            /**
             * Format: uuid
             * @description Any UUID, so that a repeat creates nothing. Default: a new one.
             */
            id?: null | string;
            /** @description Required. The chat. */
            chatId: string;
            /** @description Required. What the worker does, 1 to 100 characters. */
            action: string;
            /** @description A JSON object of at most 256 KiB. Its secrets are sealed. Default: {}. */
            params?: {
                [key: string]: unknown;
            };
            /** @description Required. When the task runs. */
            schedule: components["schemas"]["TaskScheduleBody"];
            /**
             * @description What happens to runs that were missed: once (default), all or skip.
             * @enum {string}
             */
            missed?: "once" | "all" | "skip";
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
            params?: {
                [key: string]: unknown;
            };
            schedule?: null | components["schemas"]["TaskScheduleBody"];
            /**
             * @description once, all or skip.
             * @enum {string}
             */
            missed?: "once" | "all" | "skip";
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
             * @description Required. How long the claim holds unless it is renewed, 1 to 3,600 seconds.
             */
            leaseSeconds: number | string;
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
             * @description Required. The number of the claim.
             */
            fence: number | string;
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
             * @description Required. The number of the claim.
             */
            fence: number | string;
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
             * @description Required. The number of the claim.
             */
            fence: number | string;
            /**
             * Format: double
             * @description Required. How long the claim holds from now, 1 to 3,600 seconds.
             */
            leaseSeconds: number | string;
        };
        TaskRenewalView: {
            /**
             * Format: date-time
             * @description Until when the claim holds, by the store's clock.
             */
            until: string;
        };
        TaskScheduleBody: {
            /**
             * @description Required. cron, interval or date.
             * @enum {string}
             */
            type: "cron" | "interval" | "date";
            /** @description Required. cron: five fields, or six with seconds first, at most 200 characters. interval: whole seconds, 1 to 316224000, or an ISO 8601 duration such as PT5M. date: an ISO 8601 instant with its offset. */
            value: string;
            /** @description cron only: an IANA time zone. Default: UTC. */
            timezone?: null | string;
        };
        TaskScheduleView: {
            /** @enum {string} */
            type: "cron" | "interval" | "date";
            /** @description The cron expression, whole seconds, or an instant. */
            value: string;
            /** @description The time zone of a cron expression; UTC for the others. */
            timezone: string;
        };
        TaskView: {
            /** Format: uuid */
            id: string;
            /** @description The tenant: a Telegram chat id, a signed number kept as text of at most 50 characters. */
            chatId: string;
            action: string;
            /** @description Its secrets show a mask unless the API key has the scope secrets. */
            params: {
                [key: string]: unknown;
            };
            schedule: components["schemas"]["TaskScheduleView"];
            /** @enum {string} */
            missed: "once" | "all" | "skip";
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
             * @description Increases with each change and each completed run, but not with claims. Also the ETag.
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
             * @description A UUID of any version chosen by the caller. A repeated call with the same id and entry time is idempotent; a version 7 id contains the entry time. If omitted, the server creates one, which a repeat with the same Idempotency-Key gets again.
             */
            id?: null | string;
            /** @description Required. The chat. */
            chatId: string;
            /** @description Required. At most 64 characters. */
            symbol: string;
            /** @description Required. LONG or SHORT. */
            side: components["schemas"]["TradeSide"];
            /** @description At most 256 characters. */
            strategy?: null | string;
            /** @description At most 256 characters. */
            exchange?: null | string;
            /**
             * Format: decimal
             * @description Required. Greater than zero.
             */
            entryPrice: number | string;
            /**
             * Format: decimal
             * @description Zero or more. Required for a closed trade.
             */
            exitPrice?: null | number | string;
            /**
             * Format: decimal
             * @description Required. Greater than zero.
             */
            quantity: number | string;
            /** @description 1 to 1,000 with at most 8 decimal places. Default: 1. */
            leverage?: null | number | string;
            /**
             * Format: date-time
             * @description When the position was entered. Default: the instant in a version 7 id, or now if the server creates the id or an Idempotency-Key is sent.
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
            metadata?: {
                [key: string]: unknown;
            };
            /** @description Executed orders of the trade, each with its timestamp, such as those of an export. The trade keeps the amounts that it is given. */
            fills?: null | components["schemas"]["FillBody"][];
            /**
             * Format: decimal
             * @description Ignored.
             */
            remainingQuantity?: null | number | string;
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
            /** @description Optional. Required if several chats have an open trade with the id. */
            chatId?: null | string;
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
             * @description Default: (exit - entry) x quantity, negated for a short, minus all fees. Of a trade with fills, what they realised and what remains at the exit price.
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
        TradeCountView: {
            /**
             * Format: int64
             * @description Trades that meet all filters, counted exactly.
             */
            count: number;
        };
        TradePage: {
            trades: components["schemas"]["TradeView"][];
            /** @description Pass it as after to get the next page; null on the last page. */
            next: null | string;
        };
        /** @enum {string} */
        TradeSide: "LONG" | "SHORT";
        /** @enum {string} */
        TradeStatus: "OPEN" | "CLOSED" | "CANCELLED";
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
            metadata: {
                [key: string]: unknown;
            };
            /** Format: int64 */
            version: number;
            /** Format: date-time */
            updatedAt: string;
            /**
             * Format: decimal
             * @description What is left to exit: the quantity less the exits among the fills. Only of an open trade.
             */
            remainingQuantity?: null | string;
            /** @description Only in an export. GET /v1/trades/{id}/fills returns them. */
            fills?: null | components["schemas"]["FillView"][];
            /** @description Fields that are masked because the server's encryption keys cannot open them. */
            unreadable?: null | string[];
        };
        UserBody: {
            /** @description Optional. If present, it must equal the chat id in the path. */
            chatId?: null | string;
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
            groups?: {
                [key: string]: unknown;
            };
            /**
             * Format: int32
             * @description Ignored.
             */
            id?: null | number | string;
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
        UserCountsView: {
            /** Format: int64 */
            total: number;
            /** Format: int64 */
            admins: number;
            /**
             * Format: int64
             * @description Subscribers whose subscription has not ended.
             */
            active: number;
            /**
             * Format: int64
             * @description Subscribers whose subscription has ended.
             */
            expired: number;
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
            groups?: {
                [key: string]: unknown;
            };
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
            groups: {
                [key: string]: unknown;
            };
            /** Format: date-time */
            createdAt: string;
            /**
             * Format: int64
             * @description Increases with each change. Also the ETag.
             */
            version: number;
            /**
             * Format: int32
             * @description The number that PostgreSQL gave the user: the legacy bot's id. Null in the embedded store and during an outage.
             */
            id: null | number;
        };
    };
    responses: {
        /** @description invalid: A field, a header or a parameter is not acceptable. invalid_json: The body is not JSON. */
        Invalid: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemBody"];
            };
        };
        /** @description unauthorized: The API key is missing or unknown. */
        Unauthorized: {
            headers: {
                "WWW-Authenticate": components["headers"]["WwwAuthenticate"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemBody"];
            };
        };
        /** @description forbidden: The API key lacks the scope. */
        Forbidden: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemBody"];
            };
        };
        /** @description not_found: The record does not exist. */
        NotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemBody"];
            };
        };
        /** @description timeout: The body arrived too slowly, or a batch of trades paused. */
        Timeout: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemBody"];
            };
        };
        /** @description invalid_state: The state of the record does not allow the change. ambiguous: Several chats have a record with this id. conflict: Other writers kept changing the record. Repeat the request. rejected: A rule of the database refuses the write. request_in_progress: The first request with the Idempotency-Key is still running. Repeat it later. response_not_kept: The first request with the Idempotency-Key was carried out, and its response was too long to be kept. */
        Conflict: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemBody"];
            };
        };
        /** @description conflict: The record has another version than If-Match or If-None-Match demands. Nothing was written. */
        PreconditionFailed: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemBody"];
            };
        };
        /** @description too_large: The body, or a document in it, is over its limit. */
        TooLarge: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemBody"];
            };
        };
        /** @description too_large: The request line is over its limit of 8 KiB. */
        UriTooLong: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemBody"];
            };
        };
        /** @description unsupported_media_type: The path does not accept the Content-Type, its charset, or a compressed body. */
        UnsupportedMediaType: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemBody"];
            };
        };
        /** @description idempotency_key_reused: Another request was sent with the Idempotency-Key. Nothing was written. */
        Unprocessable: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemBody"];
            };
        };
        /** @description too_many_requests: The API key is at one of its limits. Retry later. */
        TooManyRequests: {
            headers: {
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemBody"];
            };
        };
        /** @description too_large: The headers are over their limit of 32 KiB or 100 fields. */
        HeadersTooLarge: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemBody"];
            };
        };
        /** @description internal: The server failed. secret_unreadable: The server's encryption keys do not open a stored secret. */
        Failed: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemBody"];
            };
        };
        /** @description unavailable: The store is unavailable. Retry later. unknown_outcome: The outcome of the write is unknown. Read before you repeat it. busy: All keys together are at a limit of the server. Retry later. */
        Unavailable: {
            headers: {
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemBody"];
            };
        };
    };
    parameters: {
        /** @description Only over one of these versions, as ETag shows them; * for any version of an existing record. Otherwise 412. */
        IfMatch: string;
        /** @description Returns 304 if the record still has this version, such as "3". */
        IfNoneMatch: string;
        /** @description *: only if the record does not exist. Otherwise 412. */
        IfAbsent: string;
    };
    requestBodies: never;
    headers: {
        /** @description The version of the record in quotes, for If-Match and If-None-Match. */
        ETag: string;
        /** @description The path of the new record. */
        Location: string;
        /** @description committed: in the store. spooled: on the server's disk until PostgreSQL is available again. */
        NexusAcknowledged: "committed" | "spooled";
        /** @description Present if the local replica served the read: its age in seconds, or unknown if the replica was never complete. */
        NexusStale: string;
        /** @description Seconds after which a retry may succeed. */
        RetryAfter: number;
        /** @description How to authenticate. */
        WwwAuthenticate: "Bearer";
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listSessions: {
        parameters: {
            query?: {
                /**
                 * @description Only sessions whose config has this mode, such as PILOT.
                 * @example PILOT
                 */
                mode?: string;
                /**
                 * @description Only sessions with a config in which this strategy is true.
                 * @example TREND
                 */
                strategy?: string;
                /** @description The next of the previous page. */
                after?: string;
                /**
                 * @description The maximum number of sessions on the page.
                 * @example 20
                 */
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
                    "Nexus-Stale": components["headers"]["NexusStale"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "sessions": [
                     *         {
                     *           "chatId": "1001",
                     *           "apiKey": "k-123",
                     *           "apiSecret": "s-456",
                     *           "config": {
                     *             "mode": "PILOT",
                     *             "leverage": 10,
                     *             "strategies": {
                     *               "TREND": true
                     *             }
                     *           },
                     *           "version": 2,
                     *           "updatedAt": "2026-01-31T12:00:00.125Z"
                     *         }
                     *       ],
                     *       "next": null
                     *     }
                     */
                    "application/json": components["schemas"]["SessionPage"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            414: components["responses"]["UriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    getSession: {
        parameters: {
            query?: never;
            header?: {
                /** @description Returns 304 if the record still has this version, such as "3". */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description A Telegram chat id: digits with an optional leading minus, at most 50 characters.
                 * @example 1001
                 */
                chatId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Nexus-Stale": components["headers"]["NexusStale"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "chatId": "1001",
                     *       "apiKey": "k-123",
                     *       "apiSecret": "s-456",
                     *       "config": {
                     *         "mode": "PILOT",
                     *         "leverage": 5,
                     *         "strategies": {
                     *           "TREND": true
                     *         }
                     *       },
                     *       "version": 1,
                     *       "updatedAt": "2026-01-31T12:00:00.125Z"
                     *     }
                     */
                    "application/json": components["schemas"]["SessionView"];
                };
            };
            /** @description Not Modified */
            304: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Nexus-Stale": components["headers"]["NexusStale"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            414: components["responses"]["UriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    saveSession: {
        parameters: {
            query?: never;
            header?: {
                /** @description Only over one of these versions, as ETag shows them; * for any version of an existing record. Otherwise 412. */
                "If-Match"?: components["parameters"]["IfMatch"];
                /** @description *: only if the record does not exist. Otherwise 412. */
                "If-None-Match"?: components["parameters"]["IfAbsent"];
            };
            path: {
                /**
                 * @description A Telegram chat id: digits with an optional leading minus, at most 50 characters.
                 * @example 1001
                 */
                chatId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "apiKey": "k-123",
                 *       "apiSecret": "s-456",
                 *       "config": {
                 *         "mode": "PILOT",
                 *         "leverage": 5,
                 *         "strategies": {
                 *           "TREND": true
                 *         }
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["SessionBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Nexus-Acknowledged": components["headers"]["NexusAcknowledged"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionView"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Nexus-Acknowledged": components["headers"]["NexusAcknowledged"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "chatId": "1001",
                     *       "apiKey": "********3bWpj9ITlnBiHzIq_zsplA",
                     *       "apiSecret": "********IP31Ud0RpKdIDjsVtj3V-g",
                     *       "config": {
                     *         "mode": "PILOT",
                     *         "leverage": 5,
                     *         "strategies": {
                     *           "TREND": true
                     *         }
                     *       },
                     *       "version": 1,
                     *       "updatedAt": "2026-01-31T12:00:00.125Z"
                     *     }
                     */
                    "application/json": components["schemas"]["SessionView"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            408: components["responses"]["Timeout"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooLarge"];
            414: components["responses"]["UriTooLong"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteSession: {
        parameters: {
            query?: never;
            header?: {
                /** @description Only over one of these versions, as ETag shows them; * for any version of an existing record. Otherwise 412. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description A Telegram chat id: digits with an optional leading minus, at most 50 characters.
                 * @example 1002
                 */
                chatId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "Nexus-Acknowledged": components["headers"]["NexusAcknowledged"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            414: components["responses"]["UriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    patchSessionConfig: {
        parameters: {
            query?: never;
            header?: {
                /** @description Only over one of these versions, as ETag shows them; * for any version of an existing record. Otherwise 412. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description A Telegram chat id: digits with an optional leading minus, at most 50 characters.
                 * @example 1001
                 */
                chatId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "leverage": 10
                 *     }
                 */
                "application/merge-patch+json": unknown;
                /**
                 * @example {
                 *       "leverage": 10
                 *     }
                 */
                "application/json": unknown;
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Nexus-Acknowledged": components["headers"]["NexusAcknowledged"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "chatId": "1001",
                     *       "apiKey": "********3bWpj9ITlnBiHzIq_zsplA",
                     *       "apiSecret": "********IP31Ud0RpKdIDjsVtj3V-g",
                     *       "config": {
                     *         "mode": "PILOT",
                     *         "leverage": 10,
                     *         "strategies": {
                     *           "TREND": true
                     *         }
                     *       },
                     *       "version": 2,
                     *       "updatedAt": "2026-01-31T12:00:00.125Z"
                     *     }
                     */
                    "application/json": components["schemas"]["SessionView"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            408: components["responses"]["Timeout"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooLarge"];
            414: components["responses"]["UriTooLong"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    saveSessions: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of 1 to 255 bytes that the caller chooses for this request, such as a UUID. A repeat with the same key returns the first response (status, body, ETag and Location) and changes nothing; it is kept for 24 hours. Another request under the key is refused with 422; a repeat while the first request runs waits and is then refused with 409. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "sessions": [
                 *         {
                 *           "chatId": "1002",
                 *           "config": {
                 *             "mode": "WATCHER"
                 *           }
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["SessionBatchBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Nexus-Acknowledged": components["headers"]["NexusAcknowledged"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "sessions": [
                     *         {
                     *           "chatId": "1002",
                     *           "version": 1,
                     *           "updatedAt": "2026-01-31T12:00:00.125Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["SessionBatchView"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            408: components["responses"]["Timeout"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            414: components["responses"]["UriTooLong"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    dispatchSignal: {
        parameters: {
            query: {
                /**
                 * @description Required. The strategy of the signal, such as TREND.
                 * @example TREND
                 */
                strategy: string;
                /** @description The group of the asset, such as CRYPTO. Without it, the groups do not matter. */
                group?: string;
                /**
                 * @description The symbol, such as BTCUSDT. Without it, disabled assets do not matter.
                 * @example BTCUSDT
                 */
                symbol?: string;
                /**
                 * @description Only chats in one of these modes, separated by commas, such as PILOT,COPILOT. Without it, chats of any mode and without one.
                 * @example PILOT,COPILOT
                 */
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
                    "Nexus-Stale": components["headers"]["NexusStale"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "recipients": [
                     *         {
                     *           "chatId": "1001",
                     *           "mode": "PILOT"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["RecipientList"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            414: components["responses"]["UriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    getCounts: {
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
                    "Nexus-Stale": components["headers"]["NexusStale"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "users": {
                     *         "total": 3,
                     *         "admins": 1,
                     *         "active": 1,
                     *         "expired": 1
                     *       },
                     *       "sessions": 2,
                     *       "trades": 40,
                     *       "estimated": []
                     *     }
                     */
                    "application/json": components["schemas"]["CountsView"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            414: components["responses"]["UriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    checkAccess: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of 1 to 255 bytes that the caller chooses for this request, such as a UUID. A repeat with the same key returns the first response (status, body, ETag and Location) and changes nothing; it is kept for 24 hours. Another request under the key is refused with 422; a repeat while the first request runs waits and is then refused with 409. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "chatIds": [
                 *         "1001",
                 *         "1002"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["AccessBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Nexus-Acknowledged": components["headers"]["NexusAcknowledged"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "access": [
                     *         {
                     *           "chatId": "1001",
                     *           "allowed": true,
                     *           "role": "user"
                     *         },
                     *         {
                     *           "chatId": "1002",
                     *           "allowed": false,
                     *           "role": "none"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["AccessList"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            408: components["responses"]["Timeout"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            414: components["responses"]["UriTooLong"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    storeTrades: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of 1 to 255 bytes that the caller chooses for this request, such as a UUID. A repeat with the same key returns the first response (status, body, ETag and Location) and changes nothing; it is kept for 24 hours. Another request under the key is refused with 422; a repeat while the first request runs waits and is then refused with 409. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "id": "01937f1e-8a00-7000-8000-000000000002",
                 *       "chatId": "1001",
                 *       "symbol": "ETHUSDT",
                 *       "side": "SHORT",
                 *       "entryPrice": "2500",
                 *       "quantity": "1",
                 *       "entryTimestamp": "2026-01-31T09:00:00Z"
                 *     }
                 */
                "application/x-ndjson": components["schemas"]["TradeBody"];
                /**
                 * @example {
                 *       "id": "01937f1e-8a00-7000-8000-000000000002",
                 *       "chatId": "1001",
                 *       "symbol": "ETHUSDT",
                 *       "side": "SHORT",
                 *       "entryPrice": "2500",
                 *       "quantity": "1",
                 *       "entryTimestamp": "2026-01-31T09:00:00Z"
                 *     }
                 */
                "application/jsonl": components["schemas"]["TradeBody"];
                /**
                 * @example {
                 *       "id": "01937f1e-8a00-7000-8000-000000000002",
                 *       "chatId": "1001",
                 *       "symbol": "ETHUSDT",
                 *       "side": "SHORT",
                 *       "entryPrice": "2500",
                 *       "quantity": "1",
                 *       "entryTimestamp": "2026-01-31T09:00:00Z"
                 *     }
                 */
                "application/ndjson": components["schemas"]["TradeBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Nexus-Acknowledged": components["headers"]["NexusAcknowledged"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "stored": 1,
                     *       "wereThere": 0,
                     *       "rejected": 0,
                     *       "errors": []
                     *     }
                     */
                    "application/json": components["schemas"]["TradeBatchView"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            408: components["responses"]["Timeout"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            414: components["responses"]["UriTooLong"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    watchEvents: {
        parameters: {
            query?: {
                /** @description Only changes of these tables, such as sessions; up to 100 times. */
                table?: ("sessions" | "users" | "bot_state" | "system_config" | "trades" | "keyed_state" | "tasks" | "calibrations")[];
                /** @description Only changes that concern these chats, or whose chat is not known; up to 100 times. */
                chatId?: string[];
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
                    "text/event-stream": string;
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            414: components["responses"]["UriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    getStatus: {
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
                    /**
                     * @example {
                     *       "store": {
                     *         "kind": "embedded",
                     *         "location": "/var/lib/nexus/nexus.db",
                     *         "serverVersion": "3.53.3",
                     *         "schemaVersion": 10,
                     *         "sizeBytes": 819888,
                     *         "sessions": 1,
                     *         "users": 1,
                     *         "trades": 2,
                     *         "poolSize": 0,
                     *         "poolMax": 0
                     *       },
                     *       "queuedWrites": 0,
                     *       "keyIds": [
                     *         "b4655596"
                     *       ],
                     *       "fallback": null,
                     *       "concerns": []
                     *     }
                     */
                    "application/json": components["schemas"]["ServerReport"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            414: components["responses"]["UriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    listUsers: {
        parameters: {
            query?: {
                /**
                 * @description Only users whose names begin with this text; upper and lower case are equal.
                 * @example A
                 */
                name?: string;
                /** @description Only users whose names contain this text; upper and lower case are equal. Reads more than name does. */
                namePart?: string;
                /** @description Only this role: user or admin. */
                role?: string;
                /** @description Only users with this group switched on. Reads more than name does. */
                group?: string;
                /** @description Only the user with this number, which PostgreSQL gives: the legacy bot's id. */
                id?: string;
                /** @description Only subscriptions that end at or after this instant. */
                endsFrom?: string;
                /** @description Only subscriptions that end before this instant. */
                endsBefore?: string;
                /** @description The next of the previous page. */
                after?: string;
                /**
                 * @description The maximum number of users on the page.
                 * @example 20
                 */
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
                    "Nexus-Stale": components["headers"]["NexusStale"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "users": [
                     *         {
                     *           "chatId": "1001",
                     *           "name": "Ada",
                     *           "role": "user",
                     *           "expiresAt": "2026-03-02T12:00:00.125Z",
                     *           "timezone": "Europe/Madrid",
                     *           "telegramId": null,
                     *           "groups": {
                     *             "CRYPTO": true,
                     *             "STOCKS": true,
                     *             "ETFS": true
                     *           },
                     *           "createdAt": "2026-01-31T12:00:00.125Z",
                     *           "version": 1,
                     *           "id": null
                     *         }
                     *       ],
                     *       "next": null
                     *     }
                     */
                    "application/json": components["schemas"]["UserPage"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            414: components["responses"]["UriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    getUser: {
        parameters: {
            query?: never;
            header?: {
                /** @description Returns 304 if the record still has this version, such as "3". */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description A Telegram chat id: digits with an optional leading minus, at most 50 characters.
                 * @example 1001
                 */
                chatId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Nexus-Stale": components["headers"]["NexusStale"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "chatId": "1001",
                     *       "name": "Ada",
                     *       "role": "user",
                     *       "expiresAt": "2026-03-02T12:00:00.125Z",
                     *       "timezone": "Europe/Madrid",
                     *       "telegramId": null,
                     *       "groups": {
                     *         "CRYPTO": true,
                     *         "STOCKS": true,
                     *         "ETFS": true
                     *       },
                     *       "createdAt": "2026-01-31T12:00:00.125Z",
                     *       "version": 1,
                     *       "id": null
                     *     }
                     */
                    "application/json": components["schemas"]["UserView"];
                };
            };
            /** @description Not Modified */
            304: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Nexus-Stale": components["headers"]["NexusStale"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            414: components["responses"]["UriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    saveUser: {
        parameters: {
            query?: never;
            header?: {
                /** @description Only over one of these versions, as ETag shows them; * for any version of an existing record. Otherwise 412. */
                "If-Match"?: components["parameters"]["IfMatch"];
                /** @description *: only if the record does not exist. Otherwise 412. */
                "If-None-Match"?: components["parameters"]["IfAbsent"];
            };
            path: {
                /**
                 * @description A Telegram chat id: digits with an optional leading minus, at most 50 characters.
                 * @example 1001
                 */
                chatId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Ada",
                 *       "days": 30,
                 *       "timezone": "Europe/Madrid"
                 *     }
                 */
                "application/json": components["schemas"]["UserBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Nexus-Acknowledged": components["headers"]["NexusAcknowledged"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserView"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Nexus-Acknowledged": components["headers"]["NexusAcknowledged"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "chatId": "1001",
                     *       "name": "Ada",
                     *       "role": "user",
                     *       "expiresAt": "2026-03-02T12:00:00.125Z",
                     *       "timezone": "Europe/Madrid",
                     *       "telegramId": null,
                     *       "groups": {
                     *         "CRYPTO": true,
                     *         "STOCKS": true,
                     *         "ETFS": true
                     *       },
                     *       "createdAt": "2026-01-31T12:00:00.125Z",
                     *       "version": 1,
                     *       "id": null
                     *     }
                     */
                    "application/json": components["schemas"]["UserView"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            408: components["responses"]["Timeout"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooLarge"];
            414: components["responses"]["UriTooLong"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteUser: {
        parameters: {
            query?: never;
            header?: {
                /** @description Only over one of these versions, as ETag shows them; * for any version of an existing record. Otherwise 412. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description A Telegram chat id: digits with an optional leading minus, at most 50 characters.
                 * @example 1002
                 */
                chatId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "Nexus-Acknowledged": components["headers"]["NexusAcknowledged"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            414: components["responses"]["UriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    patchUser: {
        parameters: {
            query?: never;
            header?: {
                /** @description Only over one of these versions, as ETag shows them; * for any version of an existing record. Otherwise 412. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description A Telegram chat id: digits with an optional leading minus, at most 50 characters.
                 * @example 1001
                 */
                chatId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "groups": {
                 *         "CRYPTO": true
                 *       }
                 *     }
                 */
                "application/merge-patch+json": components["schemas"]["UserPreferencesBody"];
                /**
                 * @example {
                 *       "groups": {
                 *         "CRYPTO": true
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["UserPreferencesBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Nexus-Acknowledged": components["headers"]["NexusAcknowledged"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "chatId": "1001",
                     *       "name": "Ada",
                     *       "role": "user",
                     *       "expiresAt": "2026-03-02T12:00:00.125Z",
                     *       "timezone": "Europe/Madrid",
                     *       "telegramId": null,
                     *       "groups": {
                     *         "CRYPTO": true,
                     *         "STOCKS": true,
                     *         "ETFS": true
                     *       },
                     *       "createdAt": "2026-01-31T12:00:00.125Z",
                     *       "version": 2,
                     *       "id": null
                     *     }
                     */
                    "application/json": components["schemas"]["UserView"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            408: components["responses"]["Timeout"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooLarge"];
            414: components["responses"]["UriTooLong"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    checkUserAccess: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description A Telegram chat id: digits with an optional leading minus, at most 50 characters.
                 * @example 1001
                 */
                chatId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Nexus-Stale": components["headers"]["NexusStale"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "allowed": true,
                     *       "role": "user"
                     *     }
                     */
                    "application/json": components["schemas"]["AccessView"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            414: components["responses"]["UriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    extendUser: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of 1 to 255 bytes that the caller chooses for this request, such as a UUID. A repeat with the same key returns the first response (status, body, ETag and Location) and changes nothing; it is kept for 24 hours. Another request under the key is refused with 422; a repeat while the first request runs waits and is then refused with 409. */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description A Telegram chat id: digits with an optional leading minus, at most 50 characters.
                 * @example 1001
                 */
                chatId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "days": 30
                 *     }
                 */
                "application/json": components["schemas"]["ExtendBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Nexus-Acknowledged": components["headers"]["NexusAcknowledged"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "chatId": "1001",
                     *       "name": "Ada",
                     *       "role": "user",
                     *       "expiresAt": "2026-04-01T12:00:00.125Z",
                     *       "timezone": "Europe/Madrid",
                     *       "telegramId": null,
                     *       "groups": {
                     *         "CRYPTO": true,
                     *         "STOCKS": true,
                     *         "ETFS": true
                     *       },
                     *       "createdAt": "2026-01-31T12:00:00.125Z",
                     *       "version": 3,
                     *       "id": null
                     *     }
                     */
                    "application/json": components["schemas"]["UserView"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            408: components["responses"]["Timeout"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            414: components["responses"]["UriTooLong"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    forgetUser: {
        parameters: {
            query?: {
                /**
                 * @description true only counts what would be erased.
                 * @example true
                 */
                dryRun?: boolean;
            };
            header?: {
                /** @description Any text of 1 to 255 bytes that the caller chooses for this request, such as a UUID. A repeat with the same key returns the first response (status, body, ETag and Location) and changes nothing; it is kept for 24 hours. Another request under the key is refused with 422; a repeat while the first request runs waits and is then refused with 409. */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description A Telegram chat id: digits with an optional leading minus, at most 50 characters.
                 * @example 1002
                 */
                chatId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Nexus-Acknowledged": components["headers"]["NexusAcknowledged"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "chatId": "1002",
                     *       "at": "2026-01-31T12:00:00.125Z",
                     *       "dryRun": true,
                     *       "erased": [
                     *         {
                     *           "name": "sessions",
                     *           "count": 0,
                     *           "reason": "with all exchange keys"
                     *         },
                     *         {
                     *           "name": "users",
                     *           "count": 1,
                     *           "reason": null
                     *         },
                     *         {
                     *           "name": "keyed_state",
                     *           "count": 0,
                     *           "reason": null
                     *         },
                     *         {
                     *           "name": "tasks",
                     *           "count": 0,
                     *           "reason": null
                     *         },
                     *         {
                     *           "name": "calibrations",
                     *           "count": 0,
                     *           "reason": null
                     *         },
                     *         {
                     *           "name": "history",
                     *           "count": 1,
                     *           "reason": "the history of changes"
                     *         },
                     *         {
                     *           "name": "trades",
                     *           "count": 0,
                     *           "reason": "kept without metadata, exit reason and order ids, under a random number that belongs to no chat"
                     *         }
                     *       ],
                     *       "kept": [
                     *         {
                     *           "name": "notices on their way",
                     *           "count": null,
                     *           "reason": "a notice that a notifier has not taken yet names the chat; it is gone after 9 days at the latest"
                     *         },
                     *         {
                     *           "name": "logs",
                     *           "count": null,
                     *           "reason": "logs of the program, of the database server and of proxies are not searched"
                     *         }
                     *       ],
                     *       "pseudonym": null,
                     *       "backups": 0,
                     *       "backupDays": null,
                     *       "isEmpty": false
                     *     }
                     */
                    "application/json": components["schemas"]["ErasureReceipt"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            414: components["responses"]["UriTooLong"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    getBotState: {
        parameters: {
            query?: never;
            header?: {
                /** @description Returns 304 if the record still has this version, such as "3". */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Nexus-Stale": components["headers"]["NexusStale"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "enabledStrategies": {
                     *         "TREND": true
                     *       },
                     *       "groupConfig": {
                     *         "CRYPTO": true
                     *       },
                     *       "disabledAssets": [],
                     *       "aiFilterEnabled": true,
                     *       "version": 1,
                     *       "lastUpdated": "2026-01-31T12:00:00.125Z"
                     *     }
                     */
                    "application/json": components["schemas"]["BotStateView"];
                };
            };
            /** @description Not Modified */
            304: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Nexus-Stale": components["headers"]["NexusStale"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            414: components["responses"]["UriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    saveBotState: {
        parameters: {
            query?: never;
            header?: {
                /** @description Only over one of these versions, as ETag shows them; * for any version of an existing record. Otherwise 412. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "enabledStrategies": {
                 *         "TREND": true
                 *       },
                 *       "groupConfig": {},
                 *       "disabledAssets": [
                 *         "DOGEUSDT"
                 *       ],
                 *       "aiFilterEnabled": true
                 *     }
                 */
                "application/json": components["schemas"]["BotStateBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Nexus-Acknowledged": components["headers"]["NexusAcknowledged"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "enabledStrategies": {
                     *         "TREND": true
                     *       },
                     *       "groupConfig": {},
                     *       "disabledAssets": [
                     *         "DOGEUSDT"
                     *       ],
                     *       "aiFilterEnabled": true,
                     *       "version": 2,
                     *       "lastUpdated": "2026-01-31T12:00:00.125Z"
                     *     }
                     */
                    "application/json": components["schemas"]["BotStateView"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            408: components["responses"]["Timeout"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooLarge"];
            414: components["responses"]["UriTooLong"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    patchBotState: {
        parameters: {
            query?: never;
            header?: {
                /** @description Only over one of these versions, as ETag shows them; * for any version of an existing record. Otherwise 412. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "enabledStrategies": {
                 *         "TREND": true
                 *       },
                 *       "groupConfig": {
                 *         "CRYPTO": true
                 *       }
                 *     }
                 */
                "application/merge-patch+json": components["schemas"]["BotStateBody"];
                /**
                 * @example {
                 *       "enabledStrategies": {
                 *         "TREND": true
                 *       },
                 *       "groupConfig": {
                 *         "CRYPTO": true
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["BotStateBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Nexus-Acknowledged": components["headers"]["NexusAcknowledged"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "enabledStrategies": {
                     *         "TREND": true
                     *       },
                     *       "groupConfig": {
                     *         "CRYPTO": true
                     *       },
                     *       "disabledAssets": [],
                     *       "aiFilterEnabled": true,
                     *       "version": 1,
                     *       "lastUpdated": "2026-01-31T12:00:00.125Z"
                     *     }
                     */
                    "application/json": components["schemas"]["BotStateView"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            408: components["responses"]["Timeout"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooLarge"];
            414: components["responses"]["UriTooLong"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    listSystemConfig: {
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
                    "Nexus-Stale": components["headers"]["NexusStale"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "entries": [
                     *         {
                     *           "key": "limits",
                     *           "value": {
                     *             "maxOpenTrades": 5
                     *           },
                     *           "updatedAt": "2026-01-31T12:00:00.125Z",
                     *           "updatedBy": "admin",
                     *           "version": 1
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ConfigEntryList"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            414: components["responses"]["UriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    getSystemConfig: {
        parameters: {
            query?: never;
            header?: {
                /** @description Returns 304 if the record still has this version, such as "3". */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description The key of the record: at most 100 characters in settings, at most 512 bytes in the keyed state, where slashes are sent as %2F.
                 * @example limits
                 */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Nexus-Stale": components["headers"]["NexusStale"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "key": "limits",
                     *       "value": {
                     *         "maxOpenTrades": 5
                     *       },
                     *       "updatedAt": "2026-01-31T12:00:00.125Z",
                     *       "updatedBy": "admin",
                     *       "version": 1
                     *     }
                     */
                    "application/json": components["schemas"]["ConfigEntryView"];
                };
            };
            /** @description Not Modified */
            304: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Nexus-Stale": components["headers"]["NexusStale"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            414: components["responses"]["UriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    saveSystemConfig: {
        parameters: {
            query?: never;
            header?: {
                /** @description Only over one of these versions, as ETag shows them; * for any version of an existing record. Otherwise 412. */
                "If-Match"?: components["parameters"]["IfMatch"];
                /** @description *: only if the record does not exist. Otherwise 412. */
                "If-None-Match"?: components["parameters"]["IfAbsent"];
            };
            path: {
                /**
                 * @description The key of the record: at most 100 characters in settings, at most 512 bytes in the keyed state, where slashes are sent as %2F.
                 * @example limits
                 */
                key: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "value": {
                 *         "maxOpenTrades": 5
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["ConfigEntryBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Nexus-Acknowledged": components["headers"]["NexusAcknowledged"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConfigEntryView"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Nexus-Acknowledged": components["headers"]["NexusAcknowledged"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "key": "limits",
                     *       "value": {
                     *         "maxOpenTrades": 5
                     *       },
                     *       "updatedAt": "2026-01-31T12:00:00.125Z",
                     *       "updatedBy": "admin",
                     *       "version": 1
                     *     }
                     */
                    "application/json": components["schemas"]["ConfigEntryView"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            408: components["responses"]["Timeout"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooLarge"];
            414: components["responses"]["UriTooLong"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteSystemConfig: {
        parameters: {
            query?: never;
            header?: {
                /** @description Only over one of these versions, as ETag shows them; * for any version of an existing record. Otherwise 412. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description The key of the record: at most 100 characters in settings, at most 512 bytes in the keyed state, where slashes are sent as %2F.
                 * @example limits
                 */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "Nexus-Acknowledged": components["headers"]["NexusAcknowledged"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            414: components["responses"]["UriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    listTrades: {
        parameters: {
            query?: {
                /**
                 * @description Only this chat.
                 * @example 1001
                 */
                chatId?: string;
                /**
                 * @description OPEN, CLOSED or CANCELLED.
                 * @example CLOSED
                 */
                status?: "OPEN" | "CLOSED" | "CANCELLED";
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
                /**
                 * @description The maximum number of trades on the page.
                 * @example 20
                 */
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
                    "Nexus-Stale": components["headers"]["NexusStale"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "trades": [
                     *         {
                     *           "id": "01937f1e-8a00-7000-8000-000000000001",
                     *           "chatId": "1001",
                     *           "symbol": "BTCUSDT",
                     *           "side": "LONG",
                     *           "strategy": "TREND",
                     *           "exchange": "BINANCE",
                     *           "entryPrice": "65000.1",
                     *           "exitPrice": "66000",
                     *           "quantity": "0.015",
                     *           "leverage": 3,
                     *           "entryTimestamp": "2026-01-30T09:00:00Z",
                     *           "exitTimestamp": "2026-01-30T15:30:00Z",
                     *           "pnl": "13.7485",
                     *           "pnlPct": "4.2303",
                     *           "fees": "1.25",
                     *           "slippage": "0",
                     *           "status": "CLOSED",
                     *           "exitReason": "TP",
                     *           "metadata": {},
                     *           "version": 2,
                     *           "updatedAt": "2026-01-31T12:00:00.125Z"
                     *         }
                     *       ],
                     *       "next": null
                     *     }
                     */
                    "application/json": components["schemas"]["TradePage"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            414: components["responses"]["UriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    storeTrade: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of 1 to 255 bytes that the caller chooses for this request, such as a UUID. A repeat with the same key returns the first response (status, body, ETag and Location) and changes nothing; it is kept for 24 hours. Another request under the key is refused with 422; a repeat while the first request runs waits and is then refused with 409. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "id": "01937f1e-8a00-7000-8000-000000000001",
                 *       "chatId": "1001",
                 *       "symbol": "BTCUSDT",
                 *       "side": "LONG",
                 *       "strategy": "TREND",
                 *       "exchange": "BINANCE",
                 *       "entryPrice": "65000.10",
                 *       "quantity": "0.015",
                 *       "leverage": 3,
                 *       "entryTimestamp": "2026-01-30T09:00:00Z"
                 *     }
                 */
                "application/json": components["schemas"]["TradeBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Nexus-Acknowledged": components["headers"]["NexusAcknowledged"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TradeView"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    Location: components["headers"]["Location"];
                    "Nexus-Acknowledged": components["headers"]["NexusAcknowledged"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "01937f1e-8a00-7000-8000-000000000001",
                     *       "chatId": "1001",
                     *       "symbol": "BTCUSDT",
                     *       "side": "LONG",
                     *       "strategy": "TREND",
                     *       "exchange": "BINANCE",
                     *       "entryPrice": "65000.1",
                     *       "exitPrice": null,
                     *       "quantity": "0.015",
                     *       "leverage": 3,
                     *       "entryTimestamp": "2026-01-30T09:00:00Z",
                     *       "exitTimestamp": null,
                     *       "pnl": null,
                     *       "pnlPct": null,
                     *       "fees": "0",
                     *       "slippage": "0",
                     *       "status": "OPEN",
                     *       "exitReason": null,
                     *       "metadata": {},
                     *       "version": 1,
                     *       "updatedAt": "2026-01-31T12:00:00.125Z",
                     *       "remainingQuantity": "0.015"
                     *     }
                     */
                    "application/json": components["schemas"]["TradeView"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            408: components["responses"]["Timeout"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            414: components["responses"]["UriTooLong"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    countTrades: {
        parameters: {
            query?: {
                /**
                 * @description Only this chat. Default: all chats.
                 * @example 1001
                 */
                chatId?: string;
                /**
                 * @description OPEN, CLOSED or CANCELLED.
                 * @example CLOSED
                 */
                status?: "OPEN" | "CLOSED" | "CANCELLED";
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
                    "Nexus-Stale": components["headers"]["NexusStale"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "count": 1
                     *     }
                     */
                    "application/json": components["schemas"]["TradeCountView"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            414: components["responses"]["UriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    getTrade: {
        parameters: {
            query?: {
                /** @description The chat, if several have a trade with the id. */
                chatId?: string;
                /** @description The entry time, if the chat has several trades with the id. */
                entryTimestamp?: string;
            };
            header?: never;
            path: {
                /**
                 * @description The id of the record.
                 * @example 01937f1e-8a00-7000-8000-000000000001
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Nexus-Stale": components["headers"]["NexusStale"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "01937f1e-8a00-7000-8000-000000000001",
                     *       "chatId": "1001",
                     *       "symbol": "BTCUSDT",
                     *       "side": "LONG",
                     *       "strategy": "TREND",
                     *       "exchange": "BINANCE",
                     *       "entryPrice": "65000.1",
                     *       "exitPrice": null,
                     *       "quantity": "0.015",
                     *       "leverage": 3,
                     *       "entryTimestamp": "2026-01-30T09:00:00Z",
                     *       "exitTimestamp": null,
                     *       "pnl": null,
                     *       "pnlPct": null,
                     *       "fees": "0",
                     *       "slippage": "0",
                     *       "status": "OPEN",
                     *       "exitReason": null,
                     *       "metadata": {},
                     *       "version": 1,
                     *       "updatedAt": "2026-01-31T12:00:00.125Z",
                     *       "remainingQuantity": "0.015"
                     *     }
                     */
                    "application/json": components["schemas"]["TradeView"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            414: components["responses"]["UriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    closeTrade: {
        parameters: {
            query?: {
                /** @description The chat, if several have a trade with the id. It may be in the body instead. */
                chatId?: string;
            };
            header?: {
                /** @description Any text of 1 to 255 bytes that the caller chooses for this request, such as a UUID. A repeat with the same key returns the first response (status, body, ETag and Location) and changes nothing; it is kept for 24 hours. Another request under the key is refused with 422; a repeat while the first request runs waits and is then refused with 409. */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description The id of the record.
                 * @example 01937f1e-8a00-7000-8000-000000000001
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "exitPrice": "66000.00",
                 *       "exitTimestamp": "2026-01-30T15:30:00Z",
                 *       "fees": "1.25",
                 *       "exitReason": "TP"
                 *     }
                 */
                "application/json": components["schemas"]["TradeCloseBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Nexus-Acknowledged": components["headers"]["NexusAcknowledged"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "01937f1e-8a00-7000-8000-000000000001",
                     *       "chatId": "1001",
                     *       "symbol": "BTCUSDT",
                     *       "side": "LONG",
                     *       "strategy": "TREND",
                     *       "exchange": "BINANCE",
                     *       "entryPrice": "65000.1",
                     *       "exitPrice": "66000",
                     *       "quantity": "0.015",
                     *       "leverage": 3,
                     *       "entryTimestamp": "2026-01-30T09:00:00Z",
                     *       "exitTimestamp": "2026-01-30T15:30:00Z",
                     *       "pnl": "13.7485",
                     *       "pnlPct": "4.2303",
                     *       "fees": "1.25",
                     *       "slippage": "0",
                     *       "status": "CLOSED",
                     *       "exitReason": "TP",
                     *       "metadata": {},
                     *       "version": 2,
                     *       "updatedAt": "2026-01-31T12:00:00.125Z"
                     *     }
                     */
                    "application/json": components["schemas"]["TradeView"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            408: components["responses"]["Timeout"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            414: components["responses"]["UriTooLong"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    listTradeFills: {
        parameters: {
            query?: {
                /** @description The chat, if several have a trade with the id. */
                chatId?: string;
                /** @description The entry time, if the chat has several trades with the id. */
                entryTimestamp?: string;
            };
            header?: never;
            path: {
                /**
                 * @description The id of the record.
                 * @example 01937f1e-8a00-7000-8000-000000000003
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Nexus-Stale": components["headers"]["NexusStale"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "fills": [
                     *         {
                     *           "orderId": "order-1",
                     *           "side": "ENTRY",
                     *           "price": "150",
                     *           "quantity": "2",
                     *           "fee": "0.3",
                     *           "feeCurrency": null,
                     *           "exchange": null,
                     *           "timestamp": "2026-02-01T09:00:00Z"
                     *         },
                     *         {
                     *           "orderId": "order-2",
                     *           "side": "EXIT",
                     *           "price": "160",
                     *           "quantity": "1",
                     *           "fee": "0.16",
                     *           "feeCurrency": null,
                     *           "exchange": null,
                     *           "timestamp": "2026-02-01T10:00:00Z"
                     *         },
                     *         {
                     *           "orderId": "order-3",
                     *           "side": "EXIT",
                     *           "price": "161",
                     *           "quantity": "0.5",
                     *           "fee": "0.08",
                     *           "feeCurrency": null,
                     *           "exchange": null,
                     *           "timestamp": "2026-02-01T10:01:00Z"
                     *         }
                     *       ],
                     *       "status": "OPEN",
                     *       "quantity": "2",
                     *       "enteredQuantity": "2",
                     *       "exitedQuantity": "1.5",
                     *       "remainingQuantity": "0.5"
                     *     }
                     */
                    "application/json": components["schemas"]["FillListView"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            414: components["responses"]["UriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    addTradeFill: {
        parameters: {
            query?: {
                /** @description The chat, if several have an open trade with the id. */
                chatId?: string;
                /** @description The entry time, if the chat has several open trades with the id. */
                entryTimestamp?: string;
            };
            header?: {
                /** @description Any text of 1 to 255 bytes that the caller chooses for this request, such as a UUID. A repeat with the same key returns the first response (status, body, ETag and Location) and changes nothing; it is kept for 24 hours. Another request under the key is refused with 422; a repeat while the first request runs waits and is then refused with 409. */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description The id of the record.
                 * @example 01937f1e-8a00-7000-8000-000000000003
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "orderId": "order-1",
                 *       "side": "ENTRY",
                 *       "price": "150",
                 *       "quantity": "2",
                 *       "fee": "0.30",
                 *       "timestamp": "2026-02-01T09:00:00Z"
                 *     }
                 */
                "application/json": components["schemas"]["FillBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Nexus-Acknowledged": components["headers"]["NexusAcknowledged"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AddedFillsView"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    "Nexus-Acknowledged": components["headers"]["NexusAcknowledged"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "fills": [
                     *         {
                     *           "orderId": "order-1",
                     *           "side": "ENTRY",
                     *           "price": "150",
                     *           "quantity": "2",
                     *           "fee": "0.3",
                     *           "feeCurrency": null,
                     *           "exchange": null,
                     *           "timestamp": "2026-02-01T09:00:00Z"
                     *         }
                     *       ],
                     *       "trade": {
                     *         "id": "01937f1e-8a00-7000-8000-000000000003",
                     *         "chatId": "1001",
                     *         "symbol": "SOLUSDT",
                     *         "side": "LONG",
                     *         "strategy": null,
                     *         "exchange": null,
                     *         "entryPrice": "150",
                     *         "exitPrice": null,
                     *         "quantity": "2",
                     *         "leverage": 1,
                     *         "entryTimestamp": "2026-02-01T09:00:00Z",
                     *         "exitTimestamp": null,
                     *         "pnl": null,
                     *         "pnlPct": null,
                     *         "fees": "0.3",
                     *         "slippage": "0",
                     *         "status": "OPEN",
                     *         "exitReason": null,
                     *         "metadata": {},
                     *         "version": 2,
                     *         "updatedAt": "2026-01-31T12:00:00.125Z",
                     *         "remainingQuantity": "2"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["AddedFillsView"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            408: components["responses"]["Timeout"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            414: components["responses"]["UriTooLong"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    addTradeFills: {
        parameters: {
            query?: {
                /** @description The chat, if several have an open trade with the id. */
                chatId?: string;
                /** @description The entry time, if the chat has several open trades with the id. */
                entryTimestamp?: string;
            };
            header?: {
                /** @description Any text of 1 to 255 bytes that the caller chooses for this request, such as a UUID. A repeat with the same key returns the first response (status, body, ETag and Location) and changes nothing; it is kept for 24 hours. Another request under the key is refused with 422; a repeat while the first request runs waits and is then refused with 409. */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description The id of the record.
                 * @example 01937f1e-8a00-7000-8000-000000000003
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "fills": [
                 *         {
                 *           "orderId": "order-2",
                 *           "side": "EXIT",
                 *           "price": "160",
                 *           "quantity": "1",
                 *           "fee": "0.16",
                 *           "timestamp": "2026-02-01T10:00:00Z"
                 *         },
                 *         {
                 *           "orderId": "order-3",
                 *           "side": "EXIT",
                 *           "price": "161",
                 *           "quantity": "0.5",
                 *           "fee": "0.08",
                 *           "timestamp": "2026-02-01T10:01:00Z"
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["FillsBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Nexus-Acknowledged": components["headers"]["NexusAcknowledged"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AddedFillsView"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    "Nexus-Acknowledged": components["headers"]["NexusAcknowledged"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "fills": [
                     *         {
                     *           "orderId": "order-2",
                     *           "side": "EXIT",
                     *           "price": "160",
                     *           "quantity": "1",
                     *           "fee": "0.16",
                     *           "feeCurrency": null,
                     *           "exchange": null,
                     *           "timestamp": "2026-02-01T10:00:00Z"
                     *         },
                     *         {
                     *           "orderId": "order-3",
                     *           "side": "EXIT",
                     *           "price": "161",
                     *           "quantity": "0.5",
                     *           "fee": "0.08",
                     *           "feeCurrency": null,
                     *           "exchange": null,
                     *           "timestamp": "2026-02-01T10:01:00Z"
                     *         }
                     *       ],
                     *       "trade": {
                     *         "id": "01937f1e-8a00-7000-8000-000000000003",
                     *         "chatId": "1001",
                     *         "symbol": "SOLUSDT",
                     *         "side": "LONG",
                     *         "strategy": null,
                     *         "exchange": null,
                     *         "entryPrice": "150",
                     *         "exitPrice": "160.333333333333333333",
                     *         "quantity": "2",
                     *         "leverage": 1,
                     *         "entryTimestamp": "2026-02-01T09:00:00Z",
                     *         "exitTimestamp": null,
                     *         "pnl": "14.96",
                     *         "pnlPct": null,
                     *         "fees": "0.54",
                     *         "slippage": "0",
                     *         "status": "OPEN",
                     *         "exitReason": null,
                     *         "metadata": {},
                     *         "version": 3,
                     *         "updatedAt": "2026-01-31T12:00:00.125Z",
                     *         "remainingQuantity": "0.5"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["AddedFillsView"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            408: components["responses"]["Timeout"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            414: components["responses"]["UriTooLong"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    getTradePerformance: {
        parameters: {
            query?: {
                /**
                 * @description Only this chat. Default: all chats.
                 * @example 1001
                 */
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
                /**
                 * @description strategy, symbol, exchange, chat, side, month or day.
                 * @example strategy
                 */
                groupBy?: "strategy" | "symbol" | "exchange" | "chat" | "side" | "month" | "day";
                /** @description The maximum number of groups. */
                limit?: number;
                /** @description true: also average the numbers mae and mfe of the metadata, which takes longer. */
                excursions?: boolean;
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
                    "Nexus-Stale": components["headers"]["NexusStale"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "trades": 1,
                     *       "wins": 1,
                     *       "losses": 0,
                     *       "winRate": "1",
                     *       "grossProfit": "13.7485",
                     *       "grossLoss": "0",
                     *       "profitFactor": null,
                     *       "expectancy": "13.7485",
                     *       "totalPnl": "13.7485",
                     *       "totalFees": "1.25",
                     *       "maxDrawdown": "0",
                     *       "averageWin": "13.7485",
                     *       "averageLoss": null,
                     *       "expectancyR": null,
                     *       "sharpeRatio": null,
                     *       "averageHoldingSeconds": "23400",
                     *       "averageMae": null,
                     *       "averageMfe": null,
                     *       "groups": [
                     *         {
                     *           "name": "TREND",
                     *           "performance": {
                     *             "trades": 1,
                     *             "wins": 1,
                     *             "losses": 0,
                     *             "winRate": "1",
                     *             "grossProfit": "13.7485",
                     *             "grossLoss": "0",
                     *             "profitFactor": null,
                     *             "expectancy": "13.7485",
                     *             "totalPnl": "13.7485",
                     *             "totalFees": "1.25",
                     *             "maxDrawdown": "0",
                     *             "averageWin": "13.7485",
                     *             "averageLoss": null,
                     *             "expectancyR": null,
                     *             "sharpeRatio": null,
                     *             "averageHoldingSeconds": "23400",
                     *             "averageMae": null,
                     *             "averageMfe": null
                     *           }
                     *         }
                     *       ],
                     *       "groupCount": 1
                     *     }
                     */
                    "application/json": components["schemas"]["PerformanceView"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            414: components["responses"]["UriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    getTradeEquity: {
        parameters: {
            query?: {
                /**
                 * @description Only this chat. Default: all chats.
                 * @example 1001
                 */
                chatId?: string;
                /**
                 * @description A number with m, h, d or w: the width of a bucket, such as 15m; at most 366d. Default: 1d.
                 * @example 1d
                 */
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
                    "Nexus-Stale": components["headers"]["NexusStale"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "points": [
                     *         {
                     *           "at": "2026-01-30T00:00:00Z",
                     *           "trades": 1,
                     *           "pnl": "13.7485",
                     *           "fees": "1.25",
                     *           "equity": "13.7485",
                     *           "drawdown": "0",
                     *           "maxDrawdown": "0"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["EquityView"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            414: components["responses"]["UriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    listCalibrations: {
        parameters: {
            query?: {
                /** @description The next of the previous page. */
                after?: string;
                /**
                 * @description The maximum number of calibrations on the page.
                 * @example 20
                 */
                limit?: number;
            };
            header?: never;
            path: {
                /**
                 * @description A Telegram chat id: digits with an optional leading minus, at most 50 characters.
                 * @example 1001
                 */
                chatId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Nexus-Stale": components["headers"]["NexusStale"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "calibrations": [
                     *         {
                     *           "chatId": "1001",
                     *           "strategy": "TREND",
                     *           "symbol": "BTCUSDT",
                     *           "exchange": null,
                     *           "confidenceThreshold": "0.75",
                     *           "leverageMultiplier": "1.5",
                     *           "sizeMultiplier": "1",
                     *           "kellyFraction": "0.25",
                     *           "winRateEstimate": null,
                     *           "riskRewardEstimate": null,
                     *           "isActive": true,
                     *           "version": 1,
                     *           "updatedAt": "2026-01-31T12:00:00.125Z"
                     *         }
                     *       ],
                     *       "next": null
                     *     }
                     */
                    "application/json": components["schemas"]["CalibrationPage"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            414: components["responses"]["UriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    getCalibration: {
        parameters: {
            query?: {
                /**
                 * @description The symbol. Default: only calibrations of all symbols.
                 * @example BTCUSDT
                 */
                symbol?: string;
                /** @description The exchange. Default: only calibrations of all exchanges. */
                exchange?: string;
                /** @description true: the calibration for exactly these names, active or not. */
                exact?: boolean;
            };
            header?: {
                /** @description Returns 304 if the record still has this version, such as "3". */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description A Telegram chat id: digits with an optional leading minus, at most 50 characters.
                 * @example 1001
                 */
                chatId: string;
                /**
                 * @description The name of the strategy; slashes are sent as %2F.
                 * @example TREND
                 */
                strategy: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Nexus-Stale": components["headers"]["NexusStale"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "chatId": "1001",
                     *       "strategy": "TREND",
                     *       "symbol": "BTCUSDT",
                     *       "exchange": null,
                     *       "confidenceThreshold": "0.75",
                     *       "leverageMultiplier": "1.5",
                     *       "sizeMultiplier": "1",
                     *       "kellyFraction": "0.25",
                     *       "winRateEstimate": null,
                     *       "riskRewardEstimate": null,
                     *       "isActive": true,
                     *       "version": 1,
                     *       "updatedAt": "2026-01-31T12:00:00.125Z"
                     *     }
                     */
                    "application/json": components["schemas"]["CalibrationView"];
                };
            };
            /** @description Not Modified */
            304: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Nexus-Stale": components["headers"]["NexusStale"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            414: components["responses"]["UriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    saveCalibration: {
        parameters: {
            query?: {
                /**
                 * @description The symbol. Default: all symbols.
                 * @example BTCUSDT
                 */
                symbol?: string;
                /** @description The exchange. Default: all exchanges. */
                exchange?: string;
            };
            header?: {
                /** @description Only over one of these versions, as ETag shows them; * for any version of an existing record. Otherwise 412. */
                "If-Match"?: components["parameters"]["IfMatch"];
                /** @description *: only if the record does not exist. Otherwise 412. */
                "If-None-Match"?: components["parameters"]["IfAbsent"];
            };
            path: {
                /**
                 * @description A Telegram chat id: digits with an optional leading minus, at most 50 characters.
                 * @example 1001
                 */
                chatId: string;
                /**
                 * @description The name of the strategy; slashes are sent as %2F.
                 * @example TREND
                 */
                strategy: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "confidenceThreshold": "0.75",
                 *       "leverageMultiplier": "1.5",
                 *       "kellyFraction": "0.25"
                 *     }
                 */
                "application/json": components["schemas"]["CalibrationBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Nexus-Acknowledged": components["headers"]["NexusAcknowledged"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CalibrationView"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Nexus-Acknowledged": components["headers"]["NexusAcknowledged"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "chatId": "1001",
                     *       "strategy": "TREND",
                     *       "symbol": "BTCUSDT",
                     *       "exchange": null,
                     *       "confidenceThreshold": "0.75",
                     *       "leverageMultiplier": "1.5",
                     *       "sizeMultiplier": "1",
                     *       "kellyFraction": "0.25",
                     *       "winRateEstimate": null,
                     *       "riskRewardEstimate": null,
                     *       "isActive": true,
                     *       "version": 1,
                     *       "updatedAt": "2026-01-31T12:00:00.125Z"
                     *     }
                     */
                    "application/json": components["schemas"]["CalibrationView"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            408: components["responses"]["Timeout"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooLarge"];
            414: components["responses"]["UriTooLong"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteCalibration: {
        parameters: {
            query?: {
                /**
                 * @description The symbol. Default: the calibration of all symbols.
                 * @example BTCUSDT
                 */
                symbol?: string;
                /** @description The exchange. Default: the calibration of all exchanges. */
                exchange?: string;
            };
            header?: {
                /** @description Only over one of these versions, as ETag shows them; * for any version of an existing record. Otherwise 412. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description A Telegram chat id: digits with an optional leading minus, at most 50 characters.
                 * @example 1001
                 */
                chatId: string;
                /**
                 * @description The name of the strategy; slashes are sent as %2F.
                 * @example TREND
                 */
                strategy: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "Nexus-Acknowledged": components["headers"]["NexusAcknowledged"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            414: components["responses"]["UriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    autoCalibrate: {
        parameters: {
            query?: {
                /** @description The symbol. Default: the trades of all symbols, for the calibration of all. */
                symbol?: string;
                /** @description The exchange. Default: the trades of all exchanges, for the calibration of all. */
                exchange?: string;
            };
            header?: {
                /** @description Any text of 1 to 255 bytes that the caller chooses for this request, such as a UUID. A repeat with the same key returns the first response (status, body, ETag and Location) and changes nothing; it is kept for 24 hours. Another request under the key is refused with 422; a repeat while the first request runs waits and is then refused with 409. */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description A Telegram chat id: digits with an optional leading minus, at most 50 characters.
                 * @example 1001
                 */
                chatId: string;
                /**
                 * @description The name of the strategy; slashes are sent as %2F.
                 * @example TREND
                 */
                strategy: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Nexus-Acknowledged": components["headers"]["NexusAcknowledged"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "calibrated": false,
                     *       "trades": 0,
                     *       "calibration": null
                     *     }
                     */
                    "application/json": components["schemas"]["AutomaticCalibrationView"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            414: components["responses"]["UriTooLong"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    listStateEntries: {
        parameters: {
            query?: {
                /**
                 * @description Only keys that begin with this text.
                 * @example 10
                 */
                prefix?: string;
                /** @description The next of the previous page. */
                after?: string;
                /**
                 * @description The maximum number of values on the page.
                 * @example 50
                 */
                limit?: number;
            };
            header?: never;
            path: {
                /**
                 * @description At most 100 characters, without slashes and control characters.
                 * @example dialogs
                 */
                namespace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Nexus-Stale": components["headers"]["NexusStale"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "entries": [
                     *         {
                     *           "namespace": "dialogs",
                     *           "key": "1001",
                     *           "value": {
                     *             "step": "amount",
                     *             "count": 1
                     *           },
                     *           "version": 2,
                     *           "updatedAt": "2026-01-31T12:00:00.125Z",
                     *           "expiresAt": "2026-01-31T14:00:00Z"
                     *         }
                     *       ],
                     *       "next": null
                     *     }
                     */
                    "application/json": components["schemas"]["StateEntryPage"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            414: components["responses"]["UriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    getStateEntry: {
        parameters: {
            query?: never;
            header?: {
                /** @description Returns 304 if the record still has this version, such as "3". */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description At most 100 characters, without slashes and control characters.
                 * @example dialogs
                 */
                namespace: string;
                /**
                 * @description The key of the record: at most 100 characters in settings, at most 512 bytes in the keyed state, where slashes are sent as %2F.
                 * @example 1001
                 */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Nexus-Stale": components["headers"]["NexusStale"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "namespace": "dialogs",
                     *       "key": "1001",
                     *       "value": {
                     *         "step": "symbol",
                     *         "count": 1
                     *       },
                     *       "version": 1,
                     *       "updatedAt": "2026-01-31T12:00:00.125Z",
                     *       "expiresAt": "2026-01-31T13:00:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["StateEntryView"];
                };
            };
            /** @description Not Modified */
            304: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Nexus-Stale": components["headers"]["NexusStale"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            414: components["responses"]["UriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    saveStateEntry: {
        parameters: {
            query?: never;
            header?: {
                /** @description Only over one of these versions, as ETag shows them; * for any version of an existing record. Otherwise 412. */
                "If-Match"?: components["parameters"]["IfMatch"];
                /** @description *: only if the record does not exist. Otherwise 412. */
                "If-None-Match"?: components["parameters"]["IfAbsent"];
            };
            path: {
                /**
                 * @description At most 100 characters, without slashes and control characters.
                 * @example dialogs
                 */
                namespace: string;
                /**
                 * @description The key of the record: at most 100 characters in settings, at most 512 bytes in the keyed state, where slashes are sent as %2F.
                 * @example 1001
                 */
                key: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "value": {
                 *         "step": "symbol",
                 *         "count": 1
                 *       },
                 *       "ttlSeconds": 3600
                 *     }
                 */
                "application/json": components["schemas"]["StateEntryBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Nexus-Acknowledged": components["headers"]["NexusAcknowledged"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StateEntryView"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Nexus-Acknowledged": components["headers"]["NexusAcknowledged"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "namespace": "dialogs",
                     *       "key": "1001",
                     *       "value": {
                     *         "step": "symbol",
                     *         "count": 1
                     *       },
                     *       "version": 1,
                     *       "updatedAt": "2026-01-31T12:00:00.125Z",
                     *       "expiresAt": "2026-01-31T13:00:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["StateEntryView"];
                };
            };
            /** @description No Content */
            204: {
                headers: {
                    "Nexus-Acknowledged": components["headers"]["NexusAcknowledged"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            408: components["responses"]["Timeout"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooLarge"];
            414: components["responses"]["UriTooLong"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteStateEntry: {
        parameters: {
            query?: never;
            header?: {
                /** @description Only over one of these versions, as ETag shows them; * for any version of an existing record. Otherwise 412. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description At most 100 characters, without slashes and control characters.
                 * @example dialogs
                 */
                namespace: string;
                /**
                 * @description The key of the record: at most 100 characters in settings, at most 512 bytes in the keyed state, where slashes are sent as %2F.
                 * @example 1001
                 */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "Nexus-Acknowledged": components["headers"]["NexusAcknowledged"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            414: components["responses"]["UriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    patchStateEntry: {
        parameters: {
            query?: {
                /**
                 * @description The new time to live in seconds, 1 to 3153600000. If absent, the expiry stays.
                 * @example 7200
                 */
                ttlSeconds?: number;
            };
            header?: {
                /** @description Only over one of these versions, as ETag shows them; * for any version of an existing record. Otherwise 412. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description At most 100 characters, without slashes and control characters.
                 * @example dialogs
                 */
                namespace: string;
                /**
                 * @description The key of the record: at most 100 characters in settings, at most 512 bytes in the keyed state, where slashes are sent as %2F.
                 * @example 1001
                 */
                key: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "step": "amount"
                 *     }
                 */
                "application/merge-patch+json": unknown;
                /**
                 * @example {
                 *       "step": "amount"
                 *     }
                 */
                "application/json": unknown;
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Nexus-Acknowledged": components["headers"]["NexusAcknowledged"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "namespace": "dialogs",
                     *       "key": "1001",
                     *       "value": {
                     *         "step": "amount",
                     *         "count": 1
                     *       },
                     *       "version": 2,
                     *       "updatedAt": "2026-01-31T12:00:00.125Z",
                     *       "expiresAt": "2026-01-31T14:00:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["StateEntryView"];
                };
            };
            /** @description No Content */
            204: {
                headers: {
                    "Nexus-Acknowledged": components["headers"]["NexusAcknowledged"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            408: components["responses"]["Timeout"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooLarge"];
            414: components["responses"]["UriTooLong"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    listTasks: {
        parameters: {
            query?: {
                /**
                 * @description Only this chat.
                 * @example 1001
                 */
                chatId?: string;
                /**
                 * @description true or false.
                 * @example true
                 */
                isActive?: boolean;
                /** @description true: only tasks whose last run or attempt failed. */
                failed?: boolean;
                /** @description Only this action (exact match). */
                action?: string;
                /** @description The next of the previous page. */
                after?: string;
                /**
                 * @description The maximum number of tasks on the page.
                 * @example 20
                 */
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
                    "Nexus-Stale": components["headers"]["NexusStale"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "tasks": [
                     *         {
                     *           "id": "5b8f6a52-0f0b-4f7a-9a35-2f6f3c0a7d11",
                     *           "chatId": "1001",
                     *           "action": "daily-report",
                     *           "params": {
                     *             "symbol": "BTCUSDT"
                     *           },
                     *           "schedule": {
                     *             "type": "cron",
                     *             "value": "0 9 * * *",
                     *             "timezone": "Europe/Madrid"
                     *           },
                     *           "missed": "once",
                     *           "description": "The report of the morning",
                     *           "jobId": null,
                     *           "isActive": true,
                     *           "nextRun": "2026-01-31T13:10:00Z",
                     *           "attempts": 0,
                     *           "lastRun": null,
                     *           "lastError": null,
                     *           "lease": null,
                     *           "version": 2,
                     *           "createdAt": "2026-01-31T12:00:00.125Z",
                     *           "updatedAt": "2026-01-31T12:00:00.125Z"
                     *         }
                     *       ],
                     *       "next": null
                     *     }
                     */
                    "application/json": components["schemas"]["TaskPage"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            414: components["responses"]["UriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    createTask: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of 1 to 255 bytes that the caller chooses for this request, such as a UUID. A repeat with the same key returns the first response (status, body, ETag and Location) and changes nothing; it is kept for 24 hours. Another request under the key is refused with 422; a repeat while the first request runs waits and is then refused with 409. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "id": "5b8f6a52-0f0b-4f7a-9a35-2f6f3c0a7d11",
                 *       "chatId": "1001",
                 *       "action": "daily-report",
                 *       "params": {
                 *         "symbol": "BTCUSDT"
                 *       },
                 *       "schedule": {
                 *         "type": "cron",
                 *         "value": "0 9 * * *",
                 *         "timezone": "Europe/Madrid"
                 *       },
                 *       "missed": "once"
                 *     }
                 */
                "application/json": components["schemas"]["TaskBody"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    Location: components["headers"]["Location"];
                    "Nexus-Acknowledged": components["headers"]["NexusAcknowledged"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "5b8f6a52-0f0b-4f7a-9a35-2f6f3c0a7d11",
                     *       "chatId": "1001",
                     *       "action": "daily-report",
                     *       "params": {
                     *         "symbol": "BTCUSDT"
                     *       },
                     *       "schedule": {
                     *         "type": "cron",
                     *         "value": "0 9 * * *",
                     *         "timezone": "Europe/Madrid"
                     *       },
                     *       "missed": "once",
                     *       "description": null,
                     *       "jobId": null,
                     *       "isActive": true,
                     *       "nextRun": "2026-01-31T13:10:00Z",
                     *       "attempts": 0,
                     *       "lastRun": null,
                     *       "lastError": null,
                     *       "lease": null,
                     *       "version": 1,
                     *       "createdAt": "2026-01-31T12:00:00.125Z",
                     *       "updatedAt": "2026-01-31T12:00:00.125Z"
                     *     }
                     */
                    "application/json": components["schemas"]["TaskView"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            408: components["responses"]["Timeout"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            414: components["responses"]["UriTooLong"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    getTask: {
        parameters: {
            query?: never;
            header?: {
                /** @description Returns 304 if the record still has this version, such as "3". */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description The id of the record.
                 * @example 5b8f6a52-0f0b-4f7a-9a35-2f6f3c0a7d11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Nexus-Stale": components["headers"]["NexusStale"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "5b8f6a52-0f0b-4f7a-9a35-2f6f3c0a7d11",
                     *       "chatId": "1001",
                     *       "action": "daily-report",
                     *       "params": {
                     *         "symbol": "BTCUSDT"
                     *       },
                     *       "schedule": {
                     *         "type": "cron",
                     *         "value": "0 9 * * *",
                     *         "timezone": "Europe/Madrid"
                     *       },
                     *       "missed": "once",
                     *       "description": null,
                     *       "jobId": null,
                     *       "isActive": true,
                     *       "nextRun": "2026-01-31T13:10:00Z",
                     *       "attempts": 0,
                     *       "lastRun": null,
                     *       "lastError": null,
                     *       "lease": null,
                     *       "version": 1,
                     *       "createdAt": "2026-01-31T12:00:00.125Z",
                     *       "updatedAt": "2026-01-31T12:00:00.125Z"
                     *     }
                     */
                    "application/json": components["schemas"]["TaskView"];
                };
            };
            /** @description Not Modified */
            304: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Nexus-Stale": components["headers"]["NexusStale"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            414: components["responses"]["UriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteTask: {
        parameters: {
            query?: never;
            header?: {
                /** @description Only over one of these versions, as ETag shows them; * for any version of an existing record. Otherwise 412. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description The id of the record.
                 * @example 5b8f6a52-0f0b-4f7a-9a35-2f6f3c0a7d11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "Nexus-Acknowledged": components["headers"]["NexusAcknowledged"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            414: components["responses"]["UriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    patchTask: {
        parameters: {
            query?: never;
            header?: {
                /** @description Only over one of these versions, as ETag shows them; * for any version of an existing record. Otherwise 412. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description The id of the record.
                 * @example 5b8f6a52-0f0b-4f7a-9a35-2f6f3c0a7d11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "description": "The report of the morning"
                 *     }
                 */
                "application/merge-patch+json": components["schemas"]["TaskChangeBody"];
                /**
                 * @example {
                 *       "description": "The report of the morning"
                 *     }
                 */
                "application/json": components["schemas"]["TaskChangeBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Nexus-Acknowledged": components["headers"]["NexusAcknowledged"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "5b8f6a52-0f0b-4f7a-9a35-2f6f3c0a7d11",
                     *       "chatId": "1001",
                     *       "action": "daily-report",
                     *       "params": {
                     *         "symbol": "BTCUSDT"
                     *       },
                     *       "schedule": {
                     *         "type": "cron",
                     *         "value": "0 9 * * *",
                     *         "timezone": "Europe/Madrid"
                     *       },
                     *       "missed": "once",
                     *       "description": "The report of the morning",
                     *       "jobId": null,
                     *       "isActive": true,
                     *       "nextRun": "2026-01-31T13:10:00Z",
                     *       "attempts": 0,
                     *       "lastRun": null,
                     *       "lastError": null,
                     *       "lease": null,
                     *       "version": 2,
                     *       "createdAt": "2026-01-31T12:00:00.125Z",
                     *       "updatedAt": "2026-01-31T12:00:00.125Z"
                     *     }
                     */
                    "application/json": components["schemas"]["TaskView"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            408: components["responses"]["Timeout"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooLarge"];
            414: components["responses"]["UriTooLong"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    runTask: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of 1 to 255 bytes that the caller chooses for this request, such as a UUID. A repeat with the same key returns the first response (status, body, ETag and Location) and changes nothing; it is kept for 24 hours. Another request under the key is refused with 422; a repeat while the first request runs waits and is then refused with 409. */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description The id of the record.
                 * @example 5b8f6a52-0f0b-4f7a-9a35-2f6f3c0a7d11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Nexus-Acknowledged": components["headers"]["NexusAcknowledged"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "5b8f6a52-0f0b-4f7a-9a35-2f6f3c0a7d11",
                     *       "chatId": "1001",
                     *       "action": "daily-report",
                     *       "params": {
                     *         "symbol": "BTCUSDT"
                     *       },
                     *       "schedule": {
                     *         "type": "cron",
                     *         "value": "0 9 * * *",
                     *         "timezone": "Europe/Madrid"
                     *       },
                     *       "missed": "once",
                     *       "description": "The report of the morning",
                     *       "jobId": null,
                     *       "isActive": true,
                     *       "nextRun": "2026-01-31T12:00:00.125Z",
                     *       "attempts": 0,
                     *       "lastRun": null,
                     *       "lastError": null,
                     *       "lease": null,
                     *       "version": 3,
                     *       "createdAt": "2026-01-31T12:00:00.125Z",
                     *       "updatedAt": "2026-01-31T12:00:00.125Z"
                     *     }
                     */
                    "application/json": components["schemas"]["TaskView"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            414: components["responses"]["UriTooLong"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    claimTasks: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of 1 to 255 bytes that the caller chooses for this request, such as a UUID. A repeat with the same key returns the first response (status, body, ETag and Location) and changes nothing; it is kept for 24 hours. Another request under the key is refused with 422; a repeat while the first request runs waits and is then refused with 409. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "limit": 20,
                 *       "leaseSeconds": 60,
                 *       "holder": "worker 7"
                 *     }
                 */
                "application/json": components["schemas"]["TaskClaimBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Nexus-Acknowledged": components["headers"]["NexusAcknowledged"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "tasks": [
                     *         {
                     *           "id": "5b8f6a52-0f0b-4f7a-9a35-2f6f3c0a7d11",
                     *           "chatId": "1001",
                     *           "action": "daily-report",
                     *           "params": {
                     *             "symbol": "BTCUSDT"
                     *           },
                     *           "schedule": {
                     *             "type": "cron",
                     *             "value": "0 9 * * *",
                     *             "timezone": "Europe/Madrid"
                     *           },
                     *           "missed": "once",
                     *           "description": "The report of the morning",
                     *           "jobId": null,
                     *           "isActive": true,
                     *           "nextRun": "2026-01-31T12:00:00.125Z",
                     *           "attempts": 1,
                     *           "lastRun": null,
                     *           "lastError": null,
                     *           "lease": {
                     *             "holder": "worker 7",
                     *             "fence": 1767225600000000,
                     *             "until": "2026-01-31T12:00:00.125Z",
                     *             "due": "2026-01-31T12:00:00.125Z"
                     *           },
                     *           "version": 3,
                     *           "createdAt": "2026-01-31T12:00:00.125Z",
                     *           "updatedAt": "2026-01-31T12:00:00.125Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["TaskClaimList"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            408: components["responses"]["Timeout"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            414: components["responses"]["UriTooLong"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    completeTask: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of 1 to 255 bytes that the caller chooses for this request, such as a UUID. A repeat with the same key returns the first response (status, body, ETag and Location) and changes nothing; it is kept for 24 hours. Another request under the key is refused with 422; a repeat while the first request runs waits and is then refused with 409. */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description The id of the record.
                 * @example 5b8f6a52-0f0b-4f7a-9a35-2f6f3c0a7d11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "fence": 1767225600000000
                 *     }
                 */
                "application/json": components["schemas"]["TaskCompleteBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Nexus-Acknowledged": components["headers"]["NexusAcknowledged"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "nextRun": "2026-01-31T13:10:00Z",
                     *       "version": 4,
                     *       "alreadyCompleted": false
                     *     }
                     */
                    "application/json": components["schemas"]["TaskCompletionView"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            408: components["responses"]["Timeout"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            414: components["responses"]["UriTooLong"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    renewTask: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of 1 to 255 bytes that the caller chooses for this request, such as a UUID. A repeat with the same key returns the first response (status, body, ETag and Location) and changes nothing; it is kept for 24 hours. Another request under the key is refused with 422; a repeat while the first request runs waits and is then refused with 409. */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description The id of the record.
                 * @example 5b8f6a52-0f0b-4f7a-9a35-2f6f3c0a7d11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "fence": 1767225600000000,
                 *       "leaseSeconds": 60
                 *     }
                 */
                "application/json": components["schemas"]["TaskRenewBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Nexus-Acknowledged": components["headers"]["NexusAcknowledged"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "until": "2026-01-31T12:00:00.125Z"
                     *     }
                     */
                    "application/json": components["schemas"]["TaskRenewalView"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            408: components["responses"]["Timeout"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            414: components["responses"]["UriTooLong"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    releaseTask: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of 1 to 255 bytes that the caller chooses for this request, such as a UUID. A repeat with the same key returns the first response (status, body, ETag and Location) and changes nothing; it is kept for 24 hours. Another request under the key is refused with 422; a repeat while the first request runs waits and is then refused with 409. */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description The id of the record.
                 * @example 5b8f6a52-0f0b-4f7a-9a35-2f6f3c0a7d11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "fence": 1767225600000001,
                 *       "delaySeconds": 300,
                 *       "error": "the exchange is closed"
                 *     }
                 */
                "application/json": components["schemas"]["TaskReleaseBody"];
            };
        };
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "Nexus-Acknowledged": components["headers"]["NexusAcknowledged"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            408: components["responses"]["Timeout"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            414: components["responses"]["UriTooLong"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    listApiKeys: {
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
                    /**
                     * @example {
                     *       "apiKeys": [
                     *         {
                     *           "id": "3f1c9a527d84",
                     *           "name": "bot",
                     *           "scopes": [
                     *             "bot",
                     *             "secrets"
                     *           ],
                     *           "createdAt": "2026-01-31T12:00:00.125Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ApiKeyList"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            414: components["responses"]["UriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    createApiKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of 1 to 255 bytes that the caller chooses for this request, such as a UUID. A repeat with the same key returns the first response (status, body, ETag and Location) and changes nothing; it is kept for 24 hours. Another request under the key is refused with 422; a repeat while the first request runs waits and is then refused with 409. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "bot",
                 *       "scopes": [
                 *         "bot",
                 *         "secrets"
                 *       ]
                 *     }
                 */
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
                    /**
                     * @example {
                     *       "id": "3f1c9a527d84",
                     *       "name": "bot",
                     *       "scopes": [
                     *         "bot",
                     *         "secrets"
                     *       ],
                     *       "createdAt": "2026-01-31T12:00:00.125Z",
                     *       "key": "nxk_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789AbCdEfG"
                     *     }
                     */
                    "application/json": components["schemas"]["NewApiKeyView"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            408: components["responses"]["Timeout"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            414: components["responses"]["UriTooLong"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteApiKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the record.
                 * @example 3f1c9a527d84
                 */
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
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            414: components["responses"]["UriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    listHistory: {
        parameters: {
            query?: {
                /**
                 * @description Only this table: sessions, users, bot_state, system_config or api_keys.
                 * @example users
                 */
                table?: "sessions" | "users" | "bot_state" | "system_config" | "api_keys";
                /**
                 * @description Only the record with this key; needs a table.
                 * @example 1001
                 */
                key?: string;
                /** @description Only changes of the author with this id. */
                author?: string;
                /** @description Only changes at or after this instant. */
                from?: string;
                /** @description Only changes before this instant. */
                before?: string;
                /** @description The next of the previous page. */
                after?: string;
                /**
                 * @description The maximum number of changes on the page.
                 * @example 20
                 */
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
                    /**
                     * @example {
                     *       "entries": [
                     *         {
                     *           "id": "01a22611-1e20-7d68-b65a-38371e06b0a7",
                     *           "at": "2026-01-31T12:00:00.125Z",
                     *           "author": {
                     *             "id": "admin",
                     *             "name": "admin",
                     *             "origin": "api"
                     *           },
                     *           "table": "users",
                     *           "key": "1001",
                     *           "action": "changed",
                     *           "version": 3,
                     *           "fields": [
                     *             {
                     *               "field": "/expiresAt",
                     *               "from": "2026-03-02T12:00:00.125Z",
                     *               "to": "2026-04-01T12:00:00.125Z",
                     *               "secret": null
                     *             }
                     *           ],
                     *           "omittedFields": 0
                     *         },
                     *         {
                     *           "id": "01a22611-1dc6-73e7-8036-dfa8896f396f",
                     *           "at": "2026-01-31T12:00:00.125Z",
                     *           "author": {
                     *             "id": "admin",
                     *             "name": "admin",
                     *             "origin": "api"
                     *           },
                     *           "table": "users",
                     *           "key": "1001",
                     *           "action": "changed",
                     *           "version": 2,
                     *           "fields": [],
                     *           "omittedFields": 0
                     *         },
                     *         {
                     *           "id": "01a22611-1a98-7254-bbbb-54c844dfab70",
                     *           "at": "2026-01-31T12:00:00.125Z",
                     *           "author": {
                     *             "id": "admin",
                     *             "name": "admin",
                     *             "origin": "api"
                     *           },
                     *           "table": "users",
                     *           "key": "1001",
                     *           "action": "created",
                     *           "version": 1,
                     *           "fields": [
                     *             {
                     *               "field": "/name",
                     *               "from": null,
                     *               "to": "Ada",
                     *               "secret": null
                     *             },
                     *             {
                     *               "field": "/role",
                     *               "from": null,
                     *               "to": "user",
                     *               "secret": null
                     *             },
                     *             {
                     *               "field": "/expiresAt",
                     *               "from": null,
                     *               "to": "2026-03-02T12:00:00.125Z",
                     *               "secret": null
                     *             },
                     *             {
                     *               "field": "/timeZone",
                     *               "from": null,
                     *               "to": "Europe/Madrid",
                     *               "secret": null
                     *             },
                     *             {
                     *               "field": "/groups/CRYPTO",
                     *               "from": null,
                     *               "to": "true",
                     *               "secret": null
                     *             },
                     *             {
                     *               "field": "/groups/STOCKS",
                     *               "from": null,
                     *               "to": "true",
                     *               "secret": null
                     *             },
                     *             {
                     *               "field": "/groups/ETFS",
                     *               "from": null,
                     *               "to": "true",
                     *               "secret": null
                     *             }
                     *           ],
                     *           "omittedFields": 0
                     *         }
                     *       ],
                     *       "next": null
                     *     }
                     */
                    "application/json": components["schemas"]["HistoryPage"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            414: components["responses"]["UriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    listSessionHistory: {
        parameters: {
            query?: {
                /** @description The next of the previous page. */
                after?: string;
                /**
                 * @description The maximum number of changes on the page.
                 * @example 20
                 */
                limit?: number;
            };
            header?: never;
            path: {
                /**
                 * @description A Telegram chat id: digits with an optional leading minus, at most 50 characters.
                 * @example 1001
                 */
                chatId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Nexus-Stale": components["headers"]["NexusStale"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "entries": [],
                     *       "next": null
                     *     }
                     */
                    "application/json": components["schemas"]["HistoryPage"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            414: components["responses"]["UriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    listUserHistory: {
        parameters: {
            query?: {
                /** @description The next of the previous page. */
                after?: string;
                /**
                 * @description The maximum number of changes on the page.
                 * @example 20
                 */
                limit?: number;
            };
            header?: never;
            path: {
                /**
                 * @description A Telegram chat id: digits with an optional leading minus, at most 50 characters.
                 * @example 1001
                 */
                chatId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Nexus-Stale": components["headers"]["NexusStale"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "entries": [
                     *         {
                     *           "id": "01a22611-1e20-7d68-b65a-38371e06b0a7",
                     *           "at": "2026-01-31T12:00:00.125Z",
                     *           "author": {
                     *             "id": "admin",
                     *             "name": "admin",
                     *             "origin": "api"
                     *           },
                     *           "table": "users",
                     *           "key": "1001",
                     *           "action": "changed",
                     *           "version": 3,
                     *           "fields": [
                     *             {
                     *               "field": "/expiresAt",
                     *               "from": "2026-03-02T12:00:00.125Z",
                     *               "to": "2026-04-01T12:00:00.125Z",
                     *               "secret": null
                     *             }
                     *           ],
                     *           "omittedFields": 0
                     *         },
                     *         {
                     *           "id": "01a22611-1dc6-73e7-8036-dfa8896f396f",
                     *           "at": "2026-01-31T12:00:00.125Z",
                     *           "author": {
                     *             "id": "admin",
                     *             "name": "admin",
                     *             "origin": "api"
                     *           },
                     *           "table": "users",
                     *           "key": "1001",
                     *           "action": "changed",
                     *           "version": 2,
                     *           "fields": [],
                     *           "omittedFields": 0
                     *         },
                     *         {
                     *           "id": "01a22611-1a98-7254-bbbb-54c844dfab70",
                     *           "at": "2026-01-31T12:00:00.125Z",
                     *           "author": {
                     *             "id": "admin",
                     *             "name": "admin",
                     *             "origin": "api"
                     *           },
                     *           "table": "users",
                     *           "key": "1001",
                     *           "action": "created",
                     *           "version": 1,
                     *           "fields": [
                     *             {
                     *               "field": "/name",
                     *               "from": null,
                     *               "to": "Ada",
                     *               "secret": null
                     *             },
                     *             {
                     *               "field": "/role",
                     *               "from": null,
                     *               "to": "user",
                     *               "secret": null
                     *             },
                     *             {
                     *               "field": "/expiresAt",
                     *               "from": null,
                     *               "to": "2026-03-02T12:00:00.125Z",
                     *               "secret": null
                     *             },
                     *             {
                     *               "field": "/timeZone",
                     *               "from": null,
                     *               "to": "Europe/Madrid",
                     *               "secret": null
                     *             },
                     *             {
                     *               "field": "/groups/CRYPTO",
                     *               "from": null,
                     *               "to": "true",
                     *               "secret": null
                     *             },
                     *             {
                     *               "field": "/groups/STOCKS",
                     *               "from": null,
                     *               "to": "true",
                     *               "secret": null
                     *             },
                     *             {
                     *               "field": "/groups/ETFS",
                     *               "from": null,
                     *               "to": "true",
                     *               "secret": null
                     *             }
                     *           ],
                     *           "omittedFields": 0
                     *         }
                     *       ],
                     *       "next": null
                     *     }
                     */
                    "application/json": components["schemas"]["HistoryPage"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            414: components["responses"]["UriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    getOutbox: {
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
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            414: components["responses"]["UriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    listOutboxConflicts: {
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
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            414: components["responses"]["UriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    resolveOutboxConflict: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of 1 to 255 bytes that the caller chooses for this request, such as a UUID. A repeat with the same key returns the first response (status, body, ETag and Location) and changes nothing; it is kept for 24 hours. Another request under the key is refused with 422; a repeat while the first request runs waits and is then refused with 409. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The id of the record. */
                id: number;
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
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            408: components["responses"]["Timeout"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            414: components["responses"]["UriTooLong"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    listQuarantinedWrites: {
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
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            414: components["responses"]["UriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    retryQuarantinedWrite: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of 1 to 255 bytes that the caller chooses for this request, such as a UUID. A repeat with the same key returns the first response (status, body, ETag and Location) and changes nothing; it is kept for 24 hours. Another request under the key is refused with 422; a repeat while the first request runs waits and is then refused with 409. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The id of the record. */
                id: number;
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
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            414: components["responses"]["UriTooLong"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    discardQuarantinedWrite: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the record. */
                id: number;
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
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            414: components["responses"]["UriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    listAlerts: {
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
                    /**
                     * @example {
                     *       "alerts": [],
                     *       "silences": [
                     *         {
                     *           "id": "9d0c2b7e41af",
                     *           "rule": "NexusBackup*",
                     *           "labels": {
                     *             "instance": "a"
                     *           },
                     *           "until": "2026-02-01T12:00:00.125Z",
                     *           "reason": "the backup store is moved",
                     *           "by": "admin"
                     *         }
                     *       ],
                     *       "notifiers": [
                     *         {
                     *           "name": "log",
                     *           "type": "log",
                     *           "waiting": 0,
                     *           "failingSince": null,
                     *           "disabled": false,
                     *           "error": null
                     *         }
                     *       ],
                     *       "isLeader": true,
                     *       "settingsError": null
                     *     }
                     */
                    "application/json": components["schemas"]["AlertList"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            414: components["responses"]["UriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    createAlertSilence: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of 1 to 255 bytes that the caller chooses for this request, such as a UUID. A repeat with the same key returns the first response (status, body, ETag and Location) and changes nothing; it is kept for 24 hours. Another request under the key is refused with 422; a repeat while the first request runs waits and is then refused with 409. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "rule": "NexusBackup*",
                 *       "labels": {
                 *         "instance": "a"
                 *       },
                 *       "until": "2026-02-01T12:00:00Z",
                 *       "reason": "the backup store is moved"
                 *     }
                 */
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
                    /**
                     * @example {
                     *       "id": "9d0c2b7e41af",
                     *       "rule": "NexusBackup*",
                     *       "labels": {
                     *         "instance": "a"
                     *       },
                     *       "until": "2026-02-01T12:00:00.125Z",
                     *       "reason": "the backup store is moved",
                     *       "by": "admin"
                     *     }
                     */
                    "application/json": components["schemas"]["Silence"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            408: components["responses"]["Timeout"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            414: components["responses"]["UriTooLong"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteAlertSilence: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the record.
                 * @example 9d0c2b7e41af
                 */
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
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            414: components["responses"]["UriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    testAlertNotifier: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of 1 to 255 bytes that the caller chooses for this request, such as a UUID. A repeat with the same key returns the first response (status, body, ETag and Location) and changes nothing; it is kept for 24 hours. Another request under the key is refused with 422; a repeat while the first request runs waits and is then refused with 409. */
                "Idempotency-Key"?: string;
            };
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
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            414: components["responses"]["UriTooLong"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    listQueries: {
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
                    /**
                     * @example {
                     *       "readAt": null,
                     *       "since": null,
                     *       "unavailable": "the embedded store keeps no statistics of statements",
                     *       "remedy": null,
                     *       "statements": [],
                     *       "operations": []
                     *     }
                     */
                    "application/json": components["schemas"]["QueryReport"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            414: components["responses"]["UriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    getQueryPlan: {
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
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            414: components["responses"]["UriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    checkLiveness: {
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
                    /**
                     * @example {
                     *       "status": "ok"
                     *     }
                     */
                    "application/json": components["schemas"]["HealthView"];
                };
            };
            414: components["responses"]["UriTooLong"];
            431: components["responses"]["HeadersTooLarge"];
        };
    };
    checkReadiness: {
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
                    /**
                     * @example {
                     *       "status": "ok"
                     *     }
                     */
                    "application/json": components["schemas"]["HealthView"];
                };
            };
            414: components["responses"]["UriTooLong"];
            431: components["responses"]["HeadersTooLarge"];
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
    getMetrics: {
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
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            414: components["responses"]["UriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
}
