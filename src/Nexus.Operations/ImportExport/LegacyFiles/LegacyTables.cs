using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Nexus.BotState;
using Nexus.Calibrations;
using Nexus.Secrets;
using Nexus.Sessions;
using Nexus.Stores;
using Nexus.Tasks;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Operations.ImportExport;

/// <summary>
/// Writes the tables of the legacy bot as SQL for an empty database: exchange keys are sealed under its own key, times have no zone and are UTC.
/// Adopted users, trades and tasks have the ids that they had, and others the next ones. Columns are as wide as Nexus allows. The legacy holds the
/// chat of a task as a number: a task of a chat that is none, as an adopted database may have, is left out and counted.
/// </summary>
internal sealed class LegacyTables(IStateReader store, DocumentSealer documents, LegacyToken tokens)
{
    /// <summary>The last 48 bits of a task's id are the legacy's number; ids of other tasks have other bits before them.</summary>
    private const string TaskPrefix = "00000000-0000-8000-8000-";

    private const int FirstUser = 1000;

    private const string Tables = """
        SET client_encoding = 'UTF8';
        SET standard_conforming_strings = on;
        BEGIN;
        CREATE TABLE sessions (chat_id varchar(50) PRIMARY KEY, api_key text, api_secret text, config jsonb DEFAULT '{}'::jsonb,
            updated_at timestamp DEFAULT now());
        CREATE TABLE bot_state (id integer PRIMARY KEY DEFAULT 1, enabled_strategies jsonb DEFAULT '{}'::jsonb,
            group_config jsonb DEFAULT '{}'::jsonb, disabled_assets jsonb DEFAULT '[]'::jsonb, updated_at timestamp DEFAULT now());
        CREATE TABLE users (id serial PRIMARY KEY, chat_id varchar(50) UNIQUE, name varchar(256), role varchar(20) DEFAULT 'user',
            expires_at timestamp, created_at timestamp DEFAULT now(), timezone varchar(50) DEFAULT 'UTC', telegram_id bigint,
            enabled_groups jsonb DEFAULT '{"CRYPTO": true, "STOCKS": true, "ETFS": true}'::jsonb);
        CREATE TABLE trade_journal (id serial PRIMARY KEY, chat_id varchar(50), symbol varchar(64), side varchar(10), strategy varchar(256),
            exchange varchar(256), entry_price numeric(20,8), exit_price numeric(20,8), quantity numeric(20,8), leverage integer DEFAULT 1,
            entry_time timestamp, exit_time timestamp, pnl numeric(20,8), pnl_pct numeric(10,4), fees numeric(20,8) DEFAULT 0,
            slippage numeric(20,8) DEFAULT 0, status varchar(20) DEFAULT 'OPEN', exit_reason varchar(1000), metadata jsonb DEFAULT '{}'::jsonb,
            created_at timestamp DEFAULT now(), updated_at timestamp DEFAULT now());
        CREATE TABLE scheduled_tasks (id serial PRIMARY KEY, user_id bigint, job_id varchar(200), action varchar(100), params jsonb,
            schedule_type varchar(20), schedule_value text, description text, next_run timestamp, is_active boolean DEFAULT true,
            created_at timestamp DEFAULT now());
        CREATE TABLE strategy_calibration (id serial PRIMARY KEY, chat_id varchar(50), strategy text, symbol text, exchange text,
            confidence_threshold numeric(3,2) DEFAULT 0.7, leverage_multiplier numeric(5,2) DEFAULT 1, size_multiplier numeric(5,2) DEFAULT 1,
            kelly_fraction numeric(5,4) DEFAULT 0.5, win_rate_est numeric(5,4), risk_reward_est numeric(10,4), is_active boolean DEFAULT true,
            updated_at timestamp DEFAULT now());

        """;

    /// <summary>Nothing is rounded: where an amount has more digits than the legacy's columns, the table is made with wider ones.</summary>
    private const string WideColumns =
        "ALTER TABLE trade_journal ALTER COLUMN entry_price TYPE numeric, ALTER COLUMN exit_price TYPE numeric, ALTER COLUMN quantity TYPE numeric, "
        + "ALTER COLUMN leverage TYPE numeric, ALTER COLUMN pnl TYPE numeric, ALTER COLUMN fees TYPE numeric, ALTER COLUMN slippage TYPE numeric";

    /// <summary>A chat is a text of up to 50 characters; a comparison with a whole number stays possible.</summary>
    private const string WideChats = "ALTER TABLE scheduled_tasks ALTER COLUMN user_id TYPE numeric";

    private const string Sequences = """
        SELECT setval('users_id_seq', (SELECT greatest(max(id), 999) FROM users));
        SELECT setval('trade_journal_id_seq', (SELECT max(id) FROM trade_journal)) WHERE EXISTS (SELECT FROM trade_journal);
        SELECT setval('scheduled_tasks_id_seq', (SELECT max(id) FROM scheduled_tasks)) WHERE EXISTS (SELECT FROM scheduled_tasks);
        SELECT setval('strategy_calibration_id_seq', (SELECT max(id) FROM strategy_calibration))
            WHERE EXISTS (SELECT FROM strategy_calibration);
        COMMIT;

        """;

    /// <returns>The rows of trade_journal, scheduled_tasks and strategy_calibration, and the tasks that were left out.</returns>
    public async Task<(long Trades, long Tasks, long Calibrations, long LeftOut)> WriteAsync(TextWriter output, CancellationToken cancellationToken)
    {
        await output.WriteAsync(Tables).ConfigureAwait(false);
        var sql = new LegacySqlWriter(output);
        await sql.BeginAsync("sessions (chat_id, api_key, api_secret, config, updated_at)").ConfigureAwait(false);
        await foreach (var row in store.ListSessionsAsync(new SessionQuery(), cancellationToken).ConfigureAwait(false))
        {
            await sql.RowAsync(
                row.ChatId, Token(row, "api_key", row.ApiKey), Token(row, "api_secret", row.ApiSecret),
                documents.Open(SealPlaces.Session(row.ChatId, "config"), row.Config.Span), row.UpdatedAt).ConfigureAwait(false);
        }
        await WriteBotStateAsync(sql, await store.GetBotStateAsync(cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        await WriteUsersAsync(sql, cancellationToken).ConfigureAwait(false);
        var trades = await WriteTradesAsync(sql, cancellationToken).ConfigureAwait(false);
        var (tasks, leftOut) = await WriteTasksAsync(sql, cancellationToken).ConfigureAwait(false);
        var calibrations = await WriteCalibrationsAsync(sql, cancellationToken).ConfigureAwait(false);
        await sql.EndAsync().ConfigureAwait(false);
        await output.WriteAsync(Sequences).ConfigureAwait(false);
        return (trades, tasks, calibrations, leftOut);
    }

    private string Token(SessionRow row, string field, string? value) =>
        tokens.Seal(LegacyExport.OpenKey(documents, row, field, value), row.UpdatedAt);

    private async Task WriteBotStateAsync(LegacySqlWriter sql, BotStateRow state)
    {
        if (state.Version == 0) return;
        await sql.BeginAsync("bot_state (id, enabled_strategies, group_config, disabled_assets, updated_at)").ConfigureAwait(false);
        await sql.RowAsync(
            1, documents.Open(SealPlaces.BotState("enabled_strategies"), state.Strategies.Span),
            Document(json => LegacyExport.WriteGroups(json, state, documents)), Document(json => LegacyExport.WriteAssets(json, state)),
            state.LastUpdated).ConfigureAwait(false);
    }

    private static byte[] Document(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer)) write(json);
        return buffer.WrittenSpan.ToArray();
    }

    private async Task WriteUsersAsync(LegacySqlWriter sql, CancellationToken cancellationToken)
    {
        await sql.BeginAsync("users (id, chat_id, name, role, expires_at, created_at, timezone, telegram_id, enabled_groups)").ConfigureAwait(false);
        var users = new List<UserRow>();
        await foreach (var row in store.ListUsersAsync(null, limit: null, cancellationToken).ConfigureAwait(false)) users.Add(row);
        var last = Math.Max(FirstUser - 1, users.Max(user => user.Number) ?? 0);
        foreach (var row in users.OrderBy(user => user.CreatedAt))
        {
            await sql.RowAsync(
                row.Number ?? ++last, row.ChatId, row.Name, row.Role, row.ExpiresAt, row.CreatedAt, row.TimeZone, row.TelegramId,
                documents.Open(new SealContext("users", row.ChatId, "enabled_groups"), row.Groups.Span)).ConfigureAwait(false);
        }
    }

    private async Task<long> WriteTradesAsync(LegacySqlWriter sql, CancellationToken cancellationToken)
    {
        await sql.BeginAsync(
            "trade_journal (id, chat_id, symbol, side, strategy, exchange, entry_price, exit_price, quantity, leverage, entry_time, exit_time, pnl, "
                + "pnl_pct, fees, slippage, status, exit_reason, metadata, created_at, updated_at)").ConfigureAwait(false);
        var last = 0L;
        var isWide = false;
        await foreach (var row in store.ListTradesAsync(new TradeQuery(), cancellationToken).ConfigureAwait(false))
        {
            last = Math.Max(last, JournalOf(row).Id ?? 0);
            isWide |= LegacyPosition.Of(row).Any(position => !position.FitsLegacy);
        }
        if (isWide) await sql.StatementAsync(WideColumns).ConfigureAwait(false);
        var count = 0L;
        await foreach (var trade in store.ListTradesAsync(new TradeQuery(), cancellationToken).ConfigureAwait(false))
        {
            var journal = JournalOf(trade);
            foreach (var (row, isRest) in LegacyPosition.Of(trade))
            {
                await sql.RowAsync(
                    isRest ? journal.Id ?? ++last : ++last, row.ChatId, row.Symbol, row.Side == TradeSide.Long ? "LONG" : "SHORT", row.Strategy,
                    row.Exchange, row.EntryPrice, row.ExitPrice, row.Quantity, row.Leverage, row.EntryTimestamp, row.ExitTimestamp, row.Pnl,
                    row.PnlPct, row.Fees, row.Slippage,
                    row.Status switch { TradeStatus.Open => "OPEN", TradeStatus.Closed => "CLOSED", _ => "CANCELLED" }, row.ExitReason,
                    journal.Metadata, journal.CreatedAt ?? row.EntryTimestamp, row.UpdatedAt).ConfigureAwait(false);
                count++;
            }
        }
        return count;
    }

    private LegacyJournal JournalOf(TradeRow row) =>
        LegacyJournal.Of(row, documents.Open(SealPlaces.Trade(row.ChatId, row.Id), row.Metadata.Span));

    private async Task<(long Written, long LeftOut)> WriteTasksAsync(LegacySqlWriter sql, CancellationToken cancellationToken)
    {
        await sql.BeginAsync(
            "scheduled_tasks (id, user_id, job_id, action, params, schedule_type, schedule_value, description, next_run, is_active, created_at)")
            .ConfigureAwait(false);
        var rows = new List<(TaskRow Row, BigInteger Chat)>();
        var all = 0L;
        await foreach (var row in store.ListTasksAsync(new TaskQuery(), cancellationToken).ConfigureAwait(false))
        {
            all++;
            if (ChatNumber(row.ChatId) is { } chat) rows.Add((row, chat));
        }
        if (rows.Any(task => task.Chat < long.MinValue || task.Chat > long.MaxValue)) await sql.StatementAsync(WideChats).ConfigureAwait(false);
        var last = rows.Max(task => NumberOf(task.Row.Id)) ?? 0;
        foreach (var (row, chat) in rows)
        {
            await sql.RowAsync(
                NumberOf(row.Id) ?? ++last, chat, row.JobId, row.Action,
                documents.Open(SealPlaces.Task(row.ChatId, row.Id), row.Parameters.Span), TaskNames.Of(row.Schedule.Kind),
                row.Schedule.Kind == TaskScheduleKind.Date ? LocalTime(row.Schedule.Text) : row.Schedule.Text, row.Description,
                row.NextRun, row.IsActive, row.CreatedAt).ConfigureAwait(false);
        }
        return (rows.Count, all - rows.Count);
    }

    private async Task<long> WriteCalibrationsAsync(LegacySqlWriter sql, CancellationToken cancellationToken)
    {
        await sql.BeginAsync(
            "strategy_calibration (id, chat_id, strategy, symbol, exchange, confidence_threshold, leverage_multiplier, size_multiplier, "
                + "kelly_fraction, win_rate_est, risk_reward_est, is_active, updated_at)").ConfigureAwait(false);
        var count = 0L;
        await foreach (var row in store.ListCalibrationsAsync(null, null, limit: null, cancellationToken).ConfigureAwait(false))
        {
            var (key, values) = (CalibrationKey.Parse(row.Id), row.Values);
            await sql.RowAsync(
                ++count, key.ChatId, key.Strategy, key.Symbol, key.Exchange, values.ConfidenceThreshold, values.LeverageMultiplier,
                values.SizeMultiplier, values.KellyFraction, values.WinRateEstimate, values.RiskRewardEstimate, values.IsActive, row.UpdatedAt)
                .ConfigureAwait(false);
        }
        return count;
    }

    /// <summary>An instant of a schedule as the legacy's other times: in UTC without a zone.</summary>
    private static string LocalTime(string instant) => instant.EndsWith('Z') ? instant[..^1] : instant;

    /// <summary>The legacy's numbers are 32 bits wide; an id with a larger one was made by another.</summary>
    private static long? NumberOf(Guid id) => id.ToString() is var text && text.StartsWith(TaskPrefix, StringComparison.Ordinal)
        && long.Parse(text.AsSpan(TaskPrefix.Length), NumberStyles.HexNumber, CultureInfo.InvariantCulture) is > 0 and < int.MaxValue and var number
        ? number
        : null;

    /// <summary>The chat as a number that is written as the chat is; null for any other text.</summary>
    private static BigInteger? ChatNumber(string chatId) =>
        BigInteger.TryParse(chatId, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number.ToString(CultureInfo.InvariantCulture) == chatId
            ? number
            : null;
}
