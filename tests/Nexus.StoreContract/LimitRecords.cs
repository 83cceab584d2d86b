using System.Globalization;
using System.Text;
using System.Text.Json;
using Nexus.BotState;
using Nexus.Chats;
using Nexus.Json;
using Nexus.Secrets;
using Nexus.Sessions;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.StoreContract;

/// <summary>Records of every kind at the limits of what is accepted: whatever is stored must be able to be written again.</summary>
public static class LimitRecords
{
    private const int MaxBytes = 256 * 1024;

    private static readonly JsonSerializerOptions Readable =
        new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly DateTimeOffset LastInstant = new(DateTime.MaxValue.Ticks, TimeSpan.Zero);

    /// <summary>Stores the records of each kind.</summary>
    /// <param name="db">An engine.</param>
    /// <param name="seed">Which ones.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task FillAsync(NexusDb db, int seed, CancellationToken cancellationToken)
    {
        var random = new Random(seed);
        foreach (var config in Documents(random))
        {
            await db.Sessions.SaveAsync(
                new Session(ChatId.Parse(Chat(random)), Secret.Of(Text(random, 1, 16_384)), random.Next(2) == 0 ? null
                    : Secret.Of(Text(random, 1, 200)), StateJson.Parse(config)),
                cancellationToken: cancellationToken);
        }
        foreach (var expiry in new[] { DateTimeOffset.MinValue, DateTimeOffset.UnixEpoch.AddTicks(15), LastInstant })
            await db.Users.SaveAsync(ChatId.Parse(Chat(random)), User(random) with { ExpiresAt = expiry, CreatedAt = expiry },
                cancellationToken: cancellationToken);
        await db.Users.SaveAsync(ChatId.Parse(Chat(random)), new UserChange { NeverExpires = true, Role = UserRole.Admin },
            cancellationToken: cancellationToken);
        var lengthened = Chat(random);
        await db.Users.SaveAsync(ChatId.Parse(lengthened), User(random) with { Days = 36_500 }, cancellationToken: cancellationToken);
        await db.Users.ExtendAsync(ChatId.Parse(lengthened), 36_500, cancellationToken);

        var documents = Documents(random).ToArray();
        await db.BotState.SaveAsync(
            new BotSwitches
            {
                EnabledStrategies = StateJson.Parse(documents[^1]),
                GroupConfig = StateJson.Parse(documents[0]),
                DisabledAssets = [.. Enumerable.Range(0, 10_000).Select(n => $"{n:00000}{Name(random, 59)}")],
                AiFilterEnabled = random.Next(2) == 0,
            },
            cancellationToken: cancellationToken);
        foreach (var value in documents.Concat(["null", "\"\"", "1e-400", "[]", "\"plain\""]))
            await db.SystemConfig.SaveAsync(Text(random, 90, 100), StateJson.Parse(value), Text(random, 1, 50), cancellationToken: cancellationToken);
        await db.SystemConfig.SaveAsync("telegram_token", StateJson.Parse("\"1:x\""), cancellationToken: cancellationToken);

        for (var i = 0; i < 12; i++) await db.Trades.OpenAsync(Trade(random, documents[i % documents.Length], i), cancellationToken);
    }

    /// <summary>Stores records whose chat ids are no numbers: an adopted database keeps what the legacy used.</summary>
    /// <param name="db">An engine.</param>
    /// <param name="seed">Which ones.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task FillKeptIdsAsync(NexusDb db, int seed, CancellationToken cancellationToken)
    {
        var random = new Random(seed);
        foreach (var id in (string[])["x", "@channel", " ", "+1", "1e5", "-", string.Concat(Enumerable.Repeat("🚀", ChatId.MaxLength)), "é"
            + Text(random, 49, 49)])
        {
            var chat = ChatId.FromStore(id);
            await db.Sessions.SaveAsync(new Session(chat, Secret.Of(Text(random, 1, 40)), null, StateJson.Parse(
                """{"api_key":"kept","mode":"PILOT"}""")), cancellationToken: cancellationToken);
            await db.Users.SaveAsync(chat, User(random) with { NeverExpires = true }, cancellationToken: cancellationToken);
            await db.Trades.OpenAsync(Trade(random, """{"api_secret":"kept"}""", random.Next(6)) with { ChatId = chat }, cancellationToken);
        }
    }

    /// <summary>What a store holds, a line for each record, secrets in plain text, without what each store counts for itself.</summary>
    public static async Task<IReadOnlyList<string>> DescribeAsync(NexusDb db, CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        await foreach (var session in db.Sessions.ListAsync(cancellationToken: cancellationToken))
            lines.Add($"session {session.ChatId} {session.ApiKey?.Reveal()} {session.ApiSecret?.Reveal()} {Canonical(session.Config)}");
        await foreach (var user in db.Users.ListAsync(cancellationToken: cancellationToken))
            lines.Add(string.Create(CultureInfo.InvariantCulture,
                $"user {user.ChatId} {user.Name} {user.Role} {user.ExpiresAt?.UtcTicks} {user.CreatedAt.UtcTicks} "
                + $"{user.TimeZone} {user.TelegramId} {Canonical(user.Groups)}"));
        var state = await db.BotState.GetAsync(cancellationToken);
        lines.Add($"state {Canonical(state.EnabledStrategies)} {Canonical(state.GroupConfig)} {state.AiFilterEnabled} "
            + $"{string.Join('\n', state.DisabledAssets)}");
        await foreach (var entry in db.SystemConfig.ListAsync(cancellationToken))
        {
            if (!entry.Key.StartsWith("nexus:", StringComparison.Ordinal))
                lines.Add($"setting {entry.Key} {entry.UpdatedBy} {Canonical(entry.Value)}");
        }
        await foreach (var trade in db.Trades.ListAsync(cancellationToken: cancellationToken))
            lines.Add($"trade {Plain(trade)} {Canonical(trade.Metadata)}");
        return lines;
    }

    /// <summary>Without trailing zeros, which stores keep or not.</summary>
    private static Trade Plain(Trade trade)
    {
        return trade with
        {
            EntryPrice = Short(trade.EntryPrice),
            ExitPrice = trade.ExitPrice is { } exit ? Short(exit) : null,
            Quantity = Short(trade.Quantity),
            Pnl = trade.Pnl is { } pnl ? Short(pnl) : null,
            PnlPct = trade.PnlPct is { } percent ? Short(percent) : null,
            Fees = Short(trade.Fees),
            Slippage = Short(trade.Slippage),
            Metadata = StateJson.EmptyObject,
            Version = 0,
            UpdatedAt = default,
        };

        static decimal Short(decimal value) => value / 1.0000000000000000000000000000m;
    }

    private static Trade Trade(Random random, string metadata, int n)
    {
        var first = new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var last = new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMicroseconds(-1);
        var status = (TradeStatus)(n % 3);
        return new Trade
        {
            Id = new Guid(RandomBytes(random)),
            ChatId = ChatId.Parse(Chat(random)),
            Symbol = Name(random, 64),
            Side = (TradeSide)(n % 2),
            Strategy = Name(random, 256),
            Exchange = n % 2 == 0 ? null : Name(random, 256),
            EntryPrice = n % 2 == 0 ? 0.00000001m : 999_999_999_999.99999999m,
            ExitPrice = status == TradeStatus.Open ? null : n % 2 == 0 ? 999_999_999_999.99999999m : 0m,
            Quantity = n % 3 == 0 ? 0.00000001m : 999_999_999_999.99999999m,
            Leverage = n % 2 == 0 ? 1 : 1000,
            EntryTimestamp = n % 2 == 0 ? first : last,
            ExitTimestamp = status == TradeStatus.Open ? null : n % 2 == 0 ? last : first,
            Pnl = n % 2 == 0 ? -999_999_999_999.99999999m : null,
            PnlPct = n % 3 == 0 ? null : 999_999.9999m,
            Fees = n % 2 == 0 ? -999_999_999_999.99999999m : 0m,
            Slippage = n % 2 == 0 ? 999_999_999_999.99999999m : -0.00000001m,
            Status = status,
            ExitReason = n % 2 == 0 ? null : Text(random, 1000, 1000),
            Metadata = StateJson.Parse(metadata),
        };
    }

    private static UserChange User(Random random) => new()
    {
        Name = Text(random, 256, 256),
        Role = UserRole.User,
        TimeZone = "Europe/" + new string('M', 43),
        AllowUnknownTimeZone = true,
        TelegramId = random.Next(2) == 0 ? long.MinValue : long.MaxValue,
        Groups = StateJson.Parse("""{"CRYPTO":false,"ñ":true,"":false}"""),
    };

    /// <summary>Documents that are as long, as deep or as secret as they may be.</summary>
    private static IEnumerable<string> Documents(Random random)
    {
        yield return "{}";
        yield return string.Concat(Enumerable.Repeat("""{"a":[""", 31)) + """{"api_key":"deep"}""" + string.Concat(Enumerable.Repeat("]}", 31));
        yield return Filled("""{"n":[""", _ => "1e390", "]}", lengthOfEach: 391);
        yield return Filled("{", n => $"\"api_key_{n}\":\"{random.Next(10)}\"", "}");
        yield return Filled("{", n => $"\"k{n}\":{Quoted(Text(random, 0, 12))}", "}");
        yield return
            $$"""{"number":{{new string('9', 1000)}}.{{(random.Next(2) == 0 ? "0" : "5")}}e-1,"password":{{Quoted(Text(random, 500, 500))}}}"""
                .Replace(".0e-1", "", StringComparison.Ordinal).Replace(".5e-1", "", StringComparison.Ordinal);
    }

    private static string Filled(string start, Func<int, string> member, string end, int? lengthOfEach = null)
    {
        var text = new StringBuilder(start);
        var bytes = start.Length + end.Length;
        for (var n = 0; ; n++)
        {
            var next = member(n);
            bytes += (lengthOfEach ?? Encoding.UTF8.GetByteCount(next)) + (n == 0 ? 0 : 1);
            if (bytes > MaxBytes) return text.Append(end).ToString();
            if (n > 0) text.Append(',');
            text.Append(next);
        }
    }

    private static string Chat(Random random) =>
        (random.Next(2) == 0 ? "-" : "") + string.Concat(Enumerable.Range(0, 49).Select(n => (char)('0' + random.Next(n == 0 ? 1 : 0, 10))));

    private static string Text(Random random, int min, int max)
    {
        // Neither letters nor digits in a row, which would look like a secret.
        string[] pieces = ["é", "🚀", "\"", "\\", " ", "/", "~", "\u0001", "\n", "ñ", "\u2028", "\u202E", "%"];
        var text = new StringBuilder();
        for (var length = random.Next(min, max + 1); length > 0; length--) text.Append(pieces[random.Next(pieces.Length)]);
        return text.ToString();
    }

    /// <summary>Characters that a name may have.</summary>
    private static string Name(Random random, int length) => string.Concat(
        Text(random, length, length).EnumerateRunes().Select(rune => rune.Value is 1 or '\n' or 0x2028 or 0x202E ? "\u200D" : rune.ToString()));

    private static string Quoted(string text) => JsonSerializer.Serialize(text, Readable);

    private static byte[] RandomBytes(Random random)
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>Members in order, numbers by their value.</summary>
    private static string Canonical(StateJson document)
    {
        using var json = JsonDocument.Parse(document.Reveal(), new JsonDocumentOptions { MaxDepth = 100 });
        var text = new StringBuilder();
        Write(json.RootElement);
        return text.ToString();

        void Write(JsonElement value)
        {
            switch (value.ValueKind)
            {
                case JsonValueKind.Object:
                    foreach (var member in value.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal))
                    {
                        text.Append('{').Append(member.Name).Append(':');
                        Write(member.Value);
                    }
                    text.Append('}');
                    break;
                case JsonValueKind.Array:
                    foreach (var item in value.EnumerateArray())
                    {
                        text.Append('[');
                        Write(item);
                    }
                    text.Append(']');
                    break;
                case JsonValueKind.Number:
                    var raw = value.GetRawText();
                    text.Append(raw.Length > 40 ? $"number of {raw.Length} digits" : raw.Contains('e', StringComparison.OrdinalIgnoreCase)
                        ? WrittenOut(raw) : raw);
                    break;
                default:
                    text.Append(value.GetRawText() is ['"', ..] ? Quoted(value.GetString()!) : value.GetRawText());
                    break;
            }
        }

        static string WrittenOut(string raw)
        {
            var exponent = int.Parse(raw[(raw.IndexOf('e', StringComparison.Ordinal) + 1)..], CultureInfo.InvariantCulture);
            return exponent > 0 ? $"number of {exponent + 1} digits" : $"number of {2 - exponent} digits";
        }
    }
}
