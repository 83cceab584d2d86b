using System.Collections;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Nexus.Chats;
using Nexus.Operations.ImportExport;
using Nexus.Operations.Json;
using Nexus.Secrets;
using Nexus.TestKit;

namespace Nexus.Operations.Tests.ImportExport;

/// <summary>What a file holds does not depend on the pieces in which it is read.</summary>
public sealed partial class SplitInputTests
{
    private static readonly JsonSerializerOptions SmallReads = new() { DefaultBufferSize = 16 };

    private const string Trade =
        """{"kind":"trade","id":"01937f1e-8a00-7000-8000-000000000001","chatId":"1","symbol":"É","side":"LONG","strategy":null,"exchange":null"""
            + ""","entryPrice":"1.50","exitPrice":null,"quantity":2,"leverage":1,"entryTimestamp":"2026-01-01T00:00:00Z","exitTimestamp":null"""
            + ""","pnl":null,"pnlPct":null,"fees":"0","slippage":"0","status":"OPEN","exitReason":null,"metadata":{"a":[1"""
            + """,{"b":"\u00e9}]"}]},"version":1,"updatedAt":"2026-01-01T00:00:00Z"}""";

    private const string Header = """{"kind":"nexus","format":1,"createdAt":"2026-01-01T00:00:00Z","keyIds":[]}""";

    private const string StoredSession =
        """{"kind":"session","chatId":"5","apiKey":null,"apiSecret":null,"config":{"x":[{}]},"version":1,"updatedAt":"2026-01-01T00:00:00Z"}""";

    private static readonly Sealer Sealer = new(KeyRing.Parse(KeyRing.GenerateKey(), null));

    public static TheoryData<string, int> Files => new()
    {
        { """{ "1001": {"api_key": "k}", "api_secret": null, "config": {"mode": "PILOT", "n": -1.5e3, "é": "\u00e9\\\"🚀"}}, "abc": {}, "1002": """
            + """5, "-3": {"config": {}} }""", 4 },
        { """{"enabled_strategies": {"SCALP": true}, "group_config": {"C": true, "_AI_FILTER": false}, "disabled_assets": ["BTC", "É"]"""
            + """, "module_assets": {"G": [1, 2.5]}}""", 2 },
        { """[ {"chat_id": "1", "name": "Ada é", "role": "user", "expires_at": "2026-01-31 12:00:00"}, {"chat_id": 2}, 7, {"chat_id": "x"} ]""", 4 },
        { string.Join("\n", Header + "\r", StoredSession, "", Trade, """{"kind":"end","records":2}""", ""), 2 },
        { """{"1001": {"config": {}}, "1002": {"config": {}""", 1 },
        { """{"\ud800": {"config": {}}}""", 0 },
        { "", 0 },
        { "{}", 0 },
        { "[]", 0 },
        { "42", 0 },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_file_cut_anywhere_holds_the_same_records(string file, int records)
    {
        foreach (var mark in new[] { "", "\uFEFF" })
        {
            string? whole = null;
            foreach (var (how, stream) in SplitStream.EveryWay(Encoding.UTF8.GetBytes(mark + file + (file.Length < 3 ? "   " : ""))))
            {
                var warnings = new List<string>();
                var found = await new ImportFile(Sealer, TimeZoneInfo.Utc).ReadAsync(stream, warnings, TestContext.Current.CancellationToken)
                    .ToListAsync(TestContext.Current.CancellationToken);
                Assert.Equal(records, found.Count);
                var text = Show((found, warnings));
                Assert.True(text == (whole ??= text), $"{how}, with {(mark.Length > 0 ? "a" : "no")} byte order mark:\n{text}\ninstead of\n{whole}");
            }
        }
    }

    [Fact]
    public async Task Lines_cut_anywhere_are_the_same_lines()
    {
        var file = Encoding.UTF8.GetBytes("\uFEFF{\"a\":1}\r\n\n  \n\"long, longer, longest of all\"\n\uFEFF{\"é\":2}  \t\r\n0123456789abcdef\nlast");
        string[] expected = ["1:{\"a\":1}", "4:too long", "5:{\"é\":2}", "6:0123456789abcdef", "7:last"];
        foreach (var (how, stream) in SplitStream.EveryWay(file))
        {
            var lines = new List<string>();
            await foreach (var line in NdJsonLines.ReadAsync(PipeReader.Create(stream), 18, cancellationToken: TestContext.Current.CancellationToken))
                lines.Add($"{line.Number}:{(line.IsTooLong ? "too long" : Encoding.UTF8.GetString(line.Text))}");
            Assert.True(expected.SequenceEqual(lines), $"{how}: {string.Join(", ", lines)}");
        }
    }

    [Fact]
    public async Task A_raw_document_cut_anywhere_keeps_its_bytes()
    {
        const string Document = """{ "a" : [ 1, {"b": "é\u00e9 }] \" "} ] , "c":{}  }""";
        var record = Encoding.UTF8.GetBytes($$"""[{"Before":1,"Document":{{Document}},"After":"x"},{"Document":[],"Before":2,"After":"y"}]""");
        foreach (var (how, stream) in SplitStream.EveryWay(record))
        {
            var found = await JsonSerializer.DeserializeAsync<List<RawJsonTests.Record>>(stream, SmallReads, TestContext.Current.CancellationToken);
            Assert.True(found is [{ Before: 1, After: "x" }, { Before: 2, After: "y" }] && Text(found[0]) == Document && Text(found[1]) == "[]", how);
        }

        static string Text(RawJsonTests.Record record) => Encoding.UTF8.GetString(record.Document.Utf8.Span);
    }

    /// <summary>Each piece of a member would otherwise be read again from the member's start.</summary>
    [Fact]
    public async Task A_large_member_in_small_pieces_costs_no_more_than_its_length()
    {
        var file = Encoding.UTF8.GetBytes("{\"1\": {\"config\": {\"text\": \"" + new string('x', 200_000) + "\"}}}");
        var stream = SplitStream.At(file, [.. Enumerable.Range(1, file.Length / 8).Select(i => i * 8)]);
        var found = await JsonMembers.ReadAsync(stream, TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(("1", file.Length - 7), (found.Single().Name, found.Single().Json.Length));
    }

    /// <summary>Everything that a record holds; sealed values differ each time.</summary>
    private static string Show((List<ImportRecord> Records, List<string> Warnings) file)
    {
        var text = new StringBuilder();
        foreach (var record in file.Records)
        {
            text.Append(record.GetType().Name);
            foreach (var property in record.GetType().GetProperties())
                text.Append(' ').Append(property.Name).Append('=').Append(Show(property.GetValue(record)));
            text.AppendLine();
        }
        return SealedValue.Replace(text.AppendJoin('\n', file.Warnings).ToString(), "SEALED");
    }

    private static string? Show(object? value) => value switch
    {
        ReadOnlyMemory<byte> bytes => Encoding.UTF8.GetString(bytes.Span),
        Nexus.Trades.Trade trade => $"{trade.Id} {trade.ChatId} {trade.Symbol} {trade.EntryPrice} {trade.Quantity} {trade.Metadata}",
        string text => text,
        IEnumerable list => string.Join(',', list.Cast<object>().Select(Show)),
        _ => value?.ToString(),
    };

    [GeneratedRegex("nx1[A-Za-z0-9_.:-]+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex SealedValue { get; }
}
