using System.Globalization;
using System.Text.Json;
using Nexus.Errors;
using Nexus.Json;
using Nexus.Operations.ImportExport;
using Nexus.Secrets;
using Nexus.Stores;
using Nexus.Trades;

namespace Nexus.Operations.Backup;

/// <summary>Names what differs between a chat's records in a backup and now. Secrets are compared in plain text and never shown.</summary>
internal static class ChatComparison
{
    /// <param name="then">The records in the backup.</param>
    /// <param name="now">The present ones.</param>
    /// <param name="sealer">Opens the secrets of both.</param>
    /// <param name="due">What a restore writes: the records of the backup without the trades that stay as they are.</param>
    public static List<ChatChange> Compare(ChatState then, ChatState now, Sealer sealer, out ChatState due)
    {
        var written = new List<TradeView>();
        due = then with { Trades = written };
        var changes = new List<ChatChange>();
        if (then.Session is { } session) Add("session", now.Session is null, now.Session is { } present ? Fields(session, present, sealer) : []);
        else if (now.Session is not null) changes.Add(new ChatChange("session", "keeps", ["not in the backup"]));
        if (then.User is { } user) Add("user", now.User is null, now.User is { } present ? Fields(user, present) : []);
        else if (now.User is not null) changes.Add(new ChatChange("user", "keeps", ["not in the backup"]));

        // A chat may have an id at several entry times.
        var trades = now.Trades.ToDictionary(trade => (trade.Id, trade.EntryTimestamp));
        foreach (var trade in then.Trades)
        {
            if (!trades.Remove((trade.Id, trade.EntryTimestamp), out var present))
            {
                changes.Add(new ChatChange($"trade {trade.Id}", "adds", []));
                written.Add(trade);
            }
            else if (present.Status == TradeStatus.Open && trade.Status != TradeStatus.Open)
            {
                changes.Add(new ChatChange($"trade {trade.Id}", "changes", [Changed("status", present.Status, trade.Status)]));
                written.Add(trade);
            }
            else if (present.Status != trade.Status)
                changes.Add(new ChatChange($"trade {trade.Id}", "keeps", [Changed("status", present.Status, trade.Status)]));
            else if (Fields(trade, present, sealer) is { Count: > 0 } fields)
                changes.Add(new ChatChange($"trade {trade.Id}", "keeps", fields));
        }
        changes.AddRange(trades.Keys.Select(trade => new ChatChange($"trade {trade.Id}", "keeps", ["not in the backup"])));
        return changes;

        void Add(string record, bool isNew, List<string> fields)
        {
            if (isNew) changes.Add(new ChatChange(record, "adds", []));
            else if (fields.Count > 0) changes.Add(new ChatChange(record, "changes", fields));
        }
    }

    private static List<string> Fields(ExportedSession then, ExportedSession now, Sealer sealer)
    {
        var fields = new List<string>();
        if (!IsSame("api_key", then.ApiKey, now.ApiKey)) fields.Add("api_key");
        if (!IsSame("api_secret", then.ApiSecret, now.ApiSecret)) fields.Add("api_secret");
        var place = new SealContext("sessions", then.ChatId, "config");
        var documents = new DocumentSealer(sealer);
        using var before = JsonDocument.Parse(Open(then.Config.Utf8), JsonText.DocumentOptions);
        using var present = JsonDocument.Parse(Open(now.Config.Utf8), JsonText.DocumentOptions);
        fields.AddRange(before.RootElement.EnumerateObject().Select(member => member.Name)
            .Union(present.RootElement.EnumerateObject().Select(member => member.Name), StringComparer.Ordinal)
            .Where(name => !(before.RootElement.TryGetProperty(name, out var one) && present.RootElement.TryGetProperty(name, out var other)
                && JsonElement.DeepEquals(one, other)))
            .Select(name => $"config.{name}"));
        return fields;

        ReadOnlyMemory<byte> Open(ReadOnlyMemory<byte> document)
        {
            try
            {
                return documents.Open(place, document.Span);
            }
            catch (SecretUnreadableException)
            {
                return document;
            }
        }

        bool IsSame(string column, string? one, string? other)
        {
            if (string.IsNullOrEmpty(one) || string.IsNullOrEmpty(other)) return string.IsNullOrEmpty(one) == string.IsNullOrEmpty(other);
            if (one == other) return true;
            var field = new SealContext("sessions", then.ChatId, column);
            try
            {
                return sealer.Open(field, one) == sealer.Open(field, other);
            }
            catch (SecretUnreadableException)
            {
                return false;
            }
        }
    }

    private static List<string> Fields(ExportedUser then, ExportedUser now)
    {
        var fields = new List<string>();
        if (then.Name != now.Name) fields.Add("name");
        if (then.Role != now.Role) fields.Add(Changed("role", now.Role, then.Role));
        if (then.ExpiresAt != now.ExpiresAt) fields.Add(Changed("expires_at", Instant(now.ExpiresAt), Instant(then.ExpiresAt)));
        if (then.Timezone != now.Timezone) fields.Add(Changed("timezone", now.Timezone, then.Timezone));
        if (then.TelegramId != now.TelegramId) fields.Add("telegram_id");
        using var before = JsonDocument.Parse(then.Groups.Utf8, JsonText.DocumentOptions);
        using var present = JsonDocument.Parse(now.Groups.Utf8, JsonText.DocumentOptions);
        if (!JsonElement.DeepEquals(before.RootElement, present.RootElement)) fields.Add("enabled_groups");
        return fields;
    }

    /// <summary>What differs in a trade that has the same status: it stays, as fills and corrections since the backup do.</summary>
    private static List<string> Fields(TradeView then, TradeView now, Sealer sealer)
    {
        var fields = new List<string>();
        Compare("symbol", then.Symbol, now.Symbol);
        Compare("side", then.Side, now.Side);
        Compare("strategy", then.Strategy, now.Strategy);
        Compare("exchange", then.Exchange, now.Exchange);
        Compare("entry_price", then.EntryPrice, now.EntryPrice);
        Compare("exit_price", then.ExitPrice, now.ExitPrice);
        Compare("quantity", then.Quantity, now.Quantity);
        Compare("leverage", then.Leverage, now.Leverage);
        Compare("exit_timestamp", then.ExitTimestamp, now.ExitTimestamp);
        Compare("pnl", then.Pnl, now.Pnl);
        Compare("pnl_pct", then.PnlPct, now.PnlPct);
        Compare("fees", then.Fees, now.Fees);
        Compare("slippage", then.Slippage, now.Slippage);
        Compare("exit_reason", then.ExitReason, now.ExitReason);
        if (!(then.Fills ?? []).SequenceEqual(now.Fills ?? []))
            fields.Add($"fills: {now.Fills?.Count ?? 0} now, {then.Fills?.Count ?? 0} in the backup");
        if (!then.Metadata.Utf8.Span.SequenceEqual(now.Metadata.Utf8.Span) && !IsSameMetadata()) fields.Add("metadata");
        return fields;

        void Compare<T>(string field, T one, T other)
        {
            if (!EqualityComparer<T>.Default.Equals(one, other)) fields.Add(field);
        }

        bool IsSameMetadata()
        {
            var (place, documents) = (SealPlaces.Trade(then.ChatId, then.Id), new DocumentSealer(sealer));
            try
            {
                using var before = JsonDocument.Parse(documents.Open(place, then.Metadata.Utf8.Span), JsonText.DocumentOptions);
                using var present = JsonDocument.Parse(documents.Open(place, now.Metadata.Utf8.Span), JsonText.DocumentOptions);
                return JsonElement.DeepEquals(before.RootElement, present.RootElement);
            }
            catch (SecretUnreadableException)
            {
                return false;
            }
        }
    }

    private static string Changed(string field, object? now, object? then) => $"{field}: {now} becomes {then}";

    private static string Instant(DateTimeOffset? at) => at?.ToString("u", CultureInfo.InvariantCulture) ?? "never";
}
