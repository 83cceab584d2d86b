using System.Text;
using System.Text.Json.Nodes;
using Nexus.BotState;
using Nexus.Engine;
using Nexus.History;
using Nexus.Secrets;
using Nexus.Sessions;
using Nexus.Sqlite;
using Nexus.Stores;
using Nexus.SystemConfig;
using Nexus.Tests.Secrets.Corpus;
using Nexus.Users;
using static Nexus.Tests.Secrets.SecretKit;

namespace Nexus.Tests.History;

/// <summary>An entry of the history shows of a record what its masked view shows, and never a secret.</summary>
public sealed class SecretHistoryTests
{
    private const int Cases = 500;

    private static readonly ChangeAuthor Ada = new("a1", "Ada");

    private readonly DocumentSealer _documents = new(NewSealer());

    [Fact]
    public void No_credential_that_is_sealed_or_masked_is_in_an_entry()
    {
        var describer = new ChangeDescriber(_documents);
        var (judged, leaked) = (0, new List<string>());
        for (var seed = 1; seed <= Cases; seed++)
        {
            var drawn = CredentialCorpus.Draw(seed);
            var plain = Encoding.UTF8.GetBytes(drawn.Document.ToJsonString());
            var secrets = Texts(drawn.Find(drawn.Document)).Where(text => text.Length > 5).ToList();
            // As Nexus stores it, and as something else wrote it in plain text before.
            foreach (var stored in new[] { _documents.Accept(Config, plain, Rules), plain })
            {
                var masked = Encoding.UTF8.GetString(_documents.Mask(Config, stored));
                foreach (var (before, after) in new[] { (null, stored), (stored, null), (stored, Changed(stored)), (Changed(stored), stored) })
                {
                    var text = Text(HistoryBody.Write(Describe(describer, Row(before), Row(after))));
                    foreach (var secret in secrets.Where(secret => !masked.Contains(secret, StringComparison.Ordinal)))
                    {
                        judged++;
                        if (text.Contains(secret, StringComparison.Ordinal)) leaked.Add($"{seed}: {drawn.What}");
                    }
                    Assert.DoesNotContain("********", text, StringComparison.Ordinal);
                    Assert.DoesNotContain("nx1.", text, StringComparison.Ordinal);
                }
            }
        }
        Assert.Empty(leaked);
        Assert.True(judged > Cases, $"only {judged} were judged");
    }

    [Fact]
    public void A_sealed_secret_under_another_seal_is_no_change()
    {
        var describer = new ChangeDescriber(_documents);
        var json = Utf8("""{"binance_secret":"q8Zr0a1Vb7LmXc2Nd9Kf4Gh6Js3Tp5W","a":1}""");

        var entry = Describe(describer, Row(_documents.Accept(Config, json, Rules)), Row(_documents.Accept(Config, json, Rules)));

        Assert.Empty(entry.Fields);
    }

    /// <summary>A caller may give a document of 256 KiB with one name of half of it above some ten thousand values.</summary>
    [Fact]
    public void A_long_name_above_many_values_is_not_copied_for_each()
    {
        var describer = new ChangeDescriber(_documents);
        var json = Utf8($"{{\"{string.Concat(Enumerable.Repeat("name_", 20_000))}\":[{string.Join(',', Enumerable.Repeat("1", 50_000))}]}}");
        var before = GC.GetAllocatedBytesForCurrentThread();

        var entry = Describe(describer, null, Row(json));

        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 100_000_000);
        Assert.True(entry.OmittedFields > 49_000);
    }

    [Fact]
    public void A_text_with_a_secret_in_it_is_redacted()
    {
        const string key = "sk_live_4eC39HqLyjWDarjtT1zdp7dc";
        var describer = new ChangeDescriber(_documents);
        var row = new UserRow("1", $"Ada {key}", "user", null, DateTimeOffset.UnixEpoch, "UTC", null, Utf8("{}"), 1, DateTimeOffset.UnixEpoch);

        var entry = describer.Describe(
            new RemoveUser("1", null) { Author = Ada }, WriteOutcome.Applied(1, DateTimeOffset.UnixEpoch), row, after: null);

        Assert.DoesNotContain(key, Text(HistoryBody.Write(entry)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_document_that_is_not_JSON_and_one_that_does_not_open_say_only_that_they_changed()
    {
        var describer = new ChangeDescriber(_documents);
        var foreign = new DocumentSealer(NewSealer()).Accept(Config, Utf8("""{"token":"hunter2hunter2"}"""), Rules);

        Assert.Equal(
            [new HistoryField("/config", null, null, SecretChange.Changed)],
            Describe(describer, Row(Utf8("not json hunter2")), Row(Utf8("not json hunter3"))).Fields.Take(1));
        Assert.Equal(
            [new HistoryField("/config/token", null, null, SecretChange.Removed)], Describe(describer, Row(foreign), Row(Utf8("{}"))).Fields);
    }

    [Fact]
    public void Every_table_with_a_history_names_its_fields_and_is_compared_by_the_embedded_store()
    {
        var tables = RecordTables.All.Where(table => table.KeepsHistory).ToList();
        Assert.Equal(
            [SessionRow.Table, UserRow.Table, BotStateRow.Table, SystemConfigRow.Table], tables.OrderBy(table => table.LockOrder));
        Assert.Equal(tables.ToHashSet(), SqliteTables.All.Where(half => half.ReadRow is not null).Select(half => half.Table).ToHashSet());
    }

    private static HistoryEntry Describe(ChangeDescriber describer, SessionRow? before, SessionRow? after) => describer.Describe(
        new DeleteSession("123456789", null) { Author = Ada }, WriteOutcome.Applied(2, DateTimeOffset.UnixEpoch), before, after);

    private static SessionRow? Row(byte[]? config) =>
        config is null ? null : new SessionRow("123456789", null, null, config, 1, DateTimeOffset.UnixEpoch);

    /// <summary>The same document with every text lengthened, so that nothing is equal.</summary>
    private static byte[] Changed(byte[] document) => Encoding.UTF8.GetBytes(
        new JsonObject { ["was"] = JsonNode.Parse(document), ["more"] = 1 }.ToJsonString());

    private static IEnumerable<string> Texts(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member => Texts(member.Value)),
        JsonArray items => items.SelectMany(Texts),
        JsonValue value when value.TryGetValue(out string? text) => [text],
        _ => [],
    };
}
